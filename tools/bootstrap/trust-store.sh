# shellcheck shell=sh
# Sourced by build-prefix.sh: the CA certificates that the host trusts, as a Java key store, so that Bazel's downloads trust the same.
# Format JKS, version 2: OpenJDK, sun.security.provider.JavaKeyStore (engineLoad, engineStore). keytool would start a JVM per certificate.

# write_trust_store PEM TARGET
write_trust_store() {
  der=$2.der
  rm -rf "$der"
  mkdir "$der"
  awk -v folder="$der" '
    /BEGIN CERTIFICATE/ { inside = 1; file = sprintf("%s/%05d", folder, ++count); next }
    /END CERTIFICATE/ { inside = 0; close(file) }
    inside { print > file }' "$1"
  set -- "$1" "$2" "$der"/*
  [ -f "$3" ] || fail "no certificate in $1" "apt-get install --reinstall ca-certificates    # as root"
  {
    big_endian 4 $((0xfeedfeed))
    big_endian 4 2
    big_endian 4 $(($# - 2))
    for certificate in "$der"/*; do
      base64 -d "$certificate" > "$2.one"
      # A trusted certificate: tag, alias, date, type, bytes. Lengths stand before each text.
      big_endian 4 2
      big_endian 2 7
      printf 'ca%s' "${certificate##*/}"
      big_endian 8 0
      big_endian 2 5
      printf 'X.509'
      big_endian 4 "$(wc -c < "$2.one")"
      cat "$2.one"
    done
  } > "$2"
  key_store_digest "$2" > "$2.one"
  cat "$2.one" >> "$2"
  rm -rf "$der" "$2.one"
}

# big_endian BYTES NUMBER
big_endian() {
  byte=$1
  while [ "$byte" -gt 0 ]; do
    byte=$((byte - 1))
    octet=$(($2 >> (8 * byte) & 255))
    # shellcheck disable=SC2059  # An escape made of digits.
    printf "\\$((octet / 64))$((octet / 8 % 8))$((octet % 8))"
  done
}

# SHA-1 over the password "changeit" (Java's default) in UTF-16, a fixed text and the store.
key_store_digest() {
  {
    printf '\0c\0h\0a\0n\0g\0e\0i\0tMighty Aphrodite'
    cat "$1"
  } | sha1sum | cut -c 1-40 | fold -w 2 | while read -r hex || [ -n "$hex" ]; do
    big_endian 1 $((0x$hex))
  done
}
