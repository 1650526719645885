import { expect, it } from 'vitest'
import { addressGroup, networkOf } from './address-group.ts'

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:0201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::1:0:0:0:1', '2001:db8:0:1::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '192.0.2.1'],
  ['64:ff9b:0:0:1::1', '64:ff9b:0:0::/64'],
  ['unknown', undefined],
  ['', undefined],
  ['192.0.2.1:80', undefined],
])('groups %s', (address, group) => expect(addressGroup(address)).toBe(group))

it.each([
  ['192.0.2.1', '192.0.2.0/24'],
  ['2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['0:0:0:0::/64', '0:0:0::/48'],
  ['', ''],
])('finds the network of %s', (group, network) => expect(networkOf(group)).toBe(network))
