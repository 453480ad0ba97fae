/** Fields that earlier versions had, and what they were. Their names must never mean something else: a test compares them with the schema. */
export const removedFields: Readonly<Record<string, string>> = {
  "icos_settings.logging": "addresses of log collectors",
  "icos_settings.use_nns_public_key": "whether the volume brings the NNS key; it is part of the image now",
  "hostos_settings.vm_cpu": "CPU model of the virtual machine",
  "hostos_settings.vm_memory": "memory of the virtual machine",
  "hostos_settings.vm_nr_of_vcpus": "processors of the virtual machine",
};
