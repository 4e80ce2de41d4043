import { regionOfArn, regionOfZone, regions } from "../../catalogue/regions";

test.each([
    ["us-east-2a", "us-east-2"],
    ["eu-west-1c", "eu-west-1"],
    ["us-gov-west-1b", "us-gov-west-1"],
])("zone %s is in %s", (zone, region) => {
    expect(regionOfZone(zone)).toBe(region);
    expect(regions).toContain(region);
});

test.each([
    ["arn:aws:kms:us-east-2:123456789012:key/1", "us-east-2"],
    ["arn:aws:iam::123456789012:role/vault", undefined],
    ["vault", undefined],
])("of %s the region is %s", (arn, region) => {
    expect(regionOfArn(arn)).toBe(region);
});
