import { BlockList, isIP } from "node:net";
import { TenfoldError } from "@tenfold/catalog";

/** Which addresses the hub may connect to on somebody's behalf. */
export interface AddressRules {
  /**
   * Whether a connection may be made.
   * @param name the host as the URL spells it
   * @param address what it stands for: an IPv4 or IPv6 address
   */
  mayReach(name: string, address: string, protocol: string): boolean;
}

/** Of IPv4 what is nobody's public server: RFC 6890 and its registry. */
const special4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/** Of IPv6 everything but global unicast is refused, and of that what carries an IPv4 address or is not routed: Teredo, 6to4, documentation. */
const global6 = "2000::/3";
const special6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/**
 * Refuses what lies inside: loopback, private and link-local addresses, and the IPv6 forms that stand for them. Plain HTTP is refused as well.
 * @param allowed names ("models.example"), addresses, or networks ("10.1.0.0/16") that may be reached all the same, also by HTTP
 * @throws TenfoldError `invalid-input` for an entry that is neither.
 */
export function createAddressRules(allowed: readonly string[]): AddressRules {
  const names = new Set<string>();
  const addresses = new BlockList();
  for (const entry of allowed) {
    if (isIP(entry.split("/")[0] ?? "") > 0) addNetwork(addresses, entry);
    else if (/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(entry)) names.add(entry.toLowerCase());
    else throw new TenfoldError("invalid-input", `${entry} is neither a host name, nor an address, nor a network such as 10.0.0.0/8.`);
  }
  const inside = new BlockList();
  for (const network of [...special4, ...special6]) addNetwork(inside, network);
  const outside = new BlockList();
  addNetwork(outside, global6);

  const isPublic = (address: string) =>
    isIP(address) === 4 ? !inside.check(address, "ipv4") : outside.check(address, "ipv6") && !inside.check(address, "ipv6");

  return {
    mayReach(name, address, protocol) {
      const bare = address.replace(/%.*$/, "");
      const family = isIP(bare);
      if (family === 0) return false;
      if (names.has(name.toLowerCase().replace(/\.$/, "")) || addresses.check(bare, family === 4 ? "ipv4" : "ipv6")) return true;
      return protocol === "https:" && isPublic(bare);
    },
  };
}

function addNetwork(list: BlockList, entry: string): void {
  const [address = "", prefix] = entry.split("/");
  const family = isIP(address) === 4 ? "ipv4" : "ipv6";
  const longest = family === "ipv4" ? 32 : 128;
  if (prefix === undefined) {
    list.addAddress(address, family);
    return;
  }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) throw new TenfoldError("invalid-input", `${entry} is not a network.`);
  list.addSubnet(address, Number(prefix), family);
}
