/** What the appliance says when it has booted. */
export function greeting(name: string): string {
  return `appliance: hello ${name}`;
}
