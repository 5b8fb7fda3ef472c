import { expect, test } from "vitest";
import { checkHost, isPublicAddress, publicLookup } from "./public-address.js";

test.each(["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  "127.0.0.1",
  "127.9.9.9",
  "0.0.0.0",
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "198.18.0.1",
  "192.0.2.1",
  "224.0.0.1",
  "255.255.255.255",
  "168.63.129.16",
  "::1",
  "::",
  "::ffff:127.0.0.1",
  "::ffff:a9fe:a9fe",
  "::7f00:1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "fe80::1",
  "fc00::1",
  "fd00:ec2::254",
  "fec0::1",
  "ff02::1",
  "4000::1",
  "localhost",
  "",
])("%s is not", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  "http://127.0.0.1/",
  "http://127.1/",
  "http://2130706433/",
  "http://0x7f000001/",
  "http://0177.0.0.1/",
  "http://0/",
  "http://[::1]/",
  "http://[::ffff:7f00:1]/",
  "http://①②⑦.0.0.1/",
  "http://169.254.169.254/latest/meta-data",
])("%s is told by its host", (url) => {
  expect(() => checkHost(new URL(url))).toThrow(/no public address/);
});

test.each([[{ all: true }], [{ all: false }], [{}]])(
  "a name that leads to this machine is refused, asked by %j",
  async (options) => {
    const error = await new Promise((done) => publicLookup("localhost", options, (failed) => done(failed)));
    expect(error).toMatchObject({ code: "STEP_HTTP_REFUSED" });
  },
);
