import { VirtualClock } from "../../../rehearsal/clock";
import { plain, Secret, type Values } from "../../../rehearsal/values";
import { Providers } from "../../../rehearsal/providers";
import type { Provider, Subject } from "../../../rehearsal/providers/provider";

const providers = new Providers({
    clock: new VirtualClock(),
    dryRun: false,
    signal: new AbortController().signal,
    status: () => undefined,
    warn: () => undefined,
    reject: () => undefined,
});
const subject = (type: string, name = "x"): Subject => ({ urn: `urn:pulumi:s::p::${type}::${name}`, type, name, config: {} });
const make = (type: string, inputs: Values, name?: string) =>
    (providers.of(type.split(":")[0]!) as Provider).create(subject(type, name), inputs, undefined);

describe("random passwords", () => {
    const password = async (inputs: Values, name?: string) =>
        plain((await make("random:index/randomPassword:RandomPassword", inputs, name)).outputs["result"]!) as string;

    it("have the length and at least the characters that were asked for, and are secret", async () => {
        for (const name of ["a", "b", "c", "d"]) {
            const text = await password(
                { length: 12, minLower: 2, minUpper: 3, minNumeric: 4, minSpecial: 3, overrideSpecial: "_" },
                name,
            );
            expect([...text].sort().join("")).toMatch(/^[0-9]{4}[A-Z]{3}___[a-z]{2}$/);
        }
        expect(await password({ length: 50, special: false, numeric: false, upper: false })).toMatch(/^[a-z]{50}$/);
        const { outputs } = await make("random:index/randomPassword:RandomPassword", { length: 8 });
        expect(outputs["result"]).toBeInstanceOf(Secret);
        expect(outputs["bcryptHash"]).toBeInstanceOf(Secret);
        expect(plain(outputs["bcryptHash"]!)).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    });

    it("are the same for the same name and settings, and differ otherwise", async () => {
        expect(await password({ length: 30 })).toBe(await password({ length: 30 }));
        expect(await password({ length: 30 })).not.toBe(await password({ length: 30 }, "other"));
        expect(await password({ length: 30, keepers: { a: "1" } })).not.toBe(await password({ length: 30, keepers: { a: "2" } }));
    });

    it("that cannot be are refused", async () => {
        await expect(password({ length: 3, minLower: 4 })).rejects.toThrow("must be at least sum of");
        await expect(password({ length: 3, lower: false, upper: false, numeric: false, special: false })).rejects.toThrow(
            "character set specified is empty",
        );
        expect(() => providers.of("random").check(subject("random:index/randomPassword:RandomPassword"), {}, undefined)).toThrow(
            "Missing required argument: length",
        );
        await expect(make("random:index/randomInteger:RandomInteger", { min: 5, max: 1 })).rejects.toThrow(
            "minimum (min) value needs to be smaller",
        );
        await expect(make("random:index/randomDice:RandomDice", {})).rejects.toThrow("is not a resource of the random provider");
    });
});

describe("AWS look-ups", () => {
    const ask = (token: string, args: Values, config: Values = {}) => providers.of("aws").invoke(token, args, config);

    it("tell quotas by code and by name", async () => {
        const token = "aws:servicequotas/getServiceQuota:getServiceQuota";
        expect(await ask(token, { serviceCode: "ec2", quotaCode: "L-DB2E81BA" }, { region: "us-east-1" })).toMatchObject({
            quotaName: "Running On-Demand G and VT instances",
            value: 256,
            region: "us-east-1",
        });
        expect(await ask(token, { serviceCode: "ec2", quotaName: "Running On-Demand P instances" })).toMatchObject({
            quotaCode: "L-417A185B",
        });
        await expect(ask(token, { serviceCode: "ec2", quotaCode: "L-NONE" })).rejects.toThrow(
            "no such quota is known of us-east-2",
        );
        await expect(ask(token, { serviceCode: "ec2", quotaCode: "L-DB2E81BA" }, { region: "mars-1" })).rejects.toThrow(
            "no quotas are known of the region mars-1",
        );
    });

    it("tell where instance types are offered", async () => {
        const token = "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings";
        const filters = [
            { name: "instance-type", values: ["g6e.*large", "p5.48xlarge"] },
            { name: "location", values: ["us-east-2c"] },
        ];
        const found = await ask(token, { locationType: "availability-zone", filters });
        expect(found["instanceTypes"]).toContain("g6e.2xlarge");
        expect(found["instanceTypes"]).not.toContain("p5.48xlarge");
        expect(new Set(found["locations"] as string[])).toEqual(new Set(["us-east-2c"]));
        expect(await ask(token, { filters: [{ name: "instance-type", values: ["nope"] }] })).toMatchObject({ instanceTypes: [] });
    });

    it("that nobody has answered yet are refused by name", async () => {
        await expect(ask("aws:rds/getCluster:getCluster", {})).rejects.toThrow(
            "a rehearsal has no answer to aws:rds/getCluster:getCluster",
        );
        await expect(providers.of("vault").invoke("vault:kv/getSecretV2:getSecretV2", { name: "maas" }, {})).rejects.toThrow(
            /reads "maas" from Vault/,
        );
    });
});
