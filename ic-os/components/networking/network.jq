# Renders config.json for systemd-networkd. Prints the host name, then what is to be complained about (an empty line for
# nothing), then the content of a .network file (nothing when the one of the image does).
#
#   jq -r --arg digest HEX -f network.jq config.json
#
# digest: the first 8 hexadecimal digits of the SHA-256 of "MGMT_MAC DEPLOYMENT\n" without the blank (nothing when one of them
# is missing), for the deterministic address: it is the EUI-64 (RFC 4291, appendix A) of the MAC 6a:01:DIGEST that the host gives a GuestOS.

# What comes from the host must not break out of its line.
def address: if type == "string" and test("^[0-9a-fA-F:.]+\\z") then . else error("bad address \(.)") end;
def prefix_length: if type == "number" and . >= 0 and . <= 128 and . == floor then . else error("bad prefix length \(.)") end;
def with_length:
  if type == "string" and test("^[0-9a-fA-F:.]+(/[0-9]{1,3})?\\z") then (if contains("/") then . else . + "/64" end)
  else error("bad address \(.)") end;

# The first 64 bits of a prefix, written as four groups: "2001:db8", "2001:db8::" and "2001:db8::/32" are the same.
def groups:
  (sub("/[0-9]+$"; "") | sub("::$"; "") | address) as $text
  | ($text | split(":")) as $given
  | if ($text | contains("::")) or ($given | length) > 4 then error("bad prefix \(.)")
    else $given + [range(4 - ($given | length)) | "0"] | join(":") end;

def deterministic:
  "\(.prefix | groups):6801:\($digest[0:2])ff:fe\($digest[2:4]):\($digest[4:8])/\(.prefix_length | prefix_length)";

def static($own; $router): ["IPv6AcceptRA=no", "Address=\($own)", "Gateway=\($router | address)"];

def ipv6:
  if . == null or . == "RouterAdvertisement" then []
  elif type == "object" and has("Fixed") then .Fixed | static(.address | with_length; .gateway)
  elif type == "object" and has("Deterministic") and $digest == "" then error("a deterministic address needs mgmt_mac and deployment_environment")
  elif type == "object" and has("Deterministic") then .Deterministic | static(deterministic; .gateway)
  else error("unknown ipv6_config \(tojson)") end;

def ipv4: if . == null then [] else ["Address=\(.address | address)/\(.prefix_length | prefix_length)", "Gateway=\(.gateway | address)"] end;

def hostname:
  .guestos_settings.guestos_dev_settings.hostname as $wanted
  | if ($wanted | type) == "string" and ($wanted | test("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\z")) then $wanted
    else [.icos_settings.mgmt_mac | strings | ascii_downcase | gsub("[^0-9a-f]"; "") | select(. != "") | "guest-" + .[0:12]][0] // "guestos" end;

# A part that is not understood does not take the others with it.
def part(f; $default): try {lines: f, problem: null} catch {lines: $default, problem: .};

(.network_settings | part(.ipv6_config | ipv6; [])) as $ipv6
| (.network_settings | part(.ipv4_config | ipv4; [])) as $ipv4
| hostname,
  ([$ipv6, $ipv4] | map(.problem | values) | join("; ") | gsub("[[:cntrl:]]"; " ")),
  (if ($ipv6.lines + $ipv4.lines) == [] then empty
   else ["[Match]", "Name=enp1s0", "", "[Network]"]
     + (if $ipv6.lines == [] then ["IPv6AcceptRA=yes"] else $ipv6.lines end)
     + $ipv4.lines
     + ["DHCP=" + (if $ipv4.lines == [] then "ipv4" else "no" end), "", "[Link]", "RequiredForOnline=no"]
     | .[] end)
