#!/bin/sh
# The TLS pair of node_exporter: made once, kept in the config partition, the same after every upgrade.
set -eu
folder=/boot/config/node_exporter
umask 0077
mkdir -p "$folder"
chmod 0750 "$folder"
chgrp node_exporter "$folder"
# Dates that hold whatever the clock of the first boot says: a node's clock may be years off until it reaches a time server.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj /CN=guestos -addext subjectAltName=DNS:guestos \
  -not_before 20200101000000Z -not_after 21200101000000Z -keyout "$folder/.new.key" -out "$folder/.new.crt" 2>/dev/null
chgrp node_exporter "$folder/.new.key" "$folder/.new.crt"
chmod 0640 "$folder/.new.key" "$folder/.new.crt"
sync "$folder/.new.key" "$folder/.new.crt"
mv "$folder/.new.crt" "$folder/node_exporter.crt"
mv "$folder/.new.key" "$folder/node_exporter.key"
echo "setup-node_exporter-keys: made $folder/node_exporter.key"
