import type { ResourceValidationPolicy } from "@pulumi/policy";

import { routesRefusePlainHttp } from "../../policy/rules/routesRefusePlainHttp";
import { settingOf } from "../../policy/setting";
import { waiverFor } from "../../policy/waiver";
import { judge } from "./judge";

const TYPE = "kubernetes:route.openshift.io/v1:Route";
const waiver = { resource: "sub*", owner: "ann", reason: "a test", until: "2026-12-31" };
const subject = { name: "subject" } as never;

describe("a waiver", () => {
    it.each([
        ["holds to its last day", "2026-12-31", true],
        ["holds no longer the day after", "2027-01-01", false],
    ])("%s", (_what, today, waived) => {
        expect(waiverFor([waiver], subject, today).waived).toBe(waived);
    });

    it("that has expired is named with the finding", () => {
        expect(waiverFor([waiver], subject, "2027-01-01").note).toBe(" (the waiver of ann has expired on 2026-12-31)");
    });

    it.each(["other", "sub", "subjects", "s.bject"])("for %s is not for subject", (resource) => {
        expect(waiverFor([{ ...waiver, resource }], subject, "2026-01-01").waived).toBe(false);
    });

    it("takes the finding away, and says so", async () => {
        const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
        process.env["SOURCE_DATE_EPOCH"] = "1767225600";
        try {
            const props = { spec: {} };
            const rule = routesRefusePlainHttp as ResourceValidationPolicy;
            expect(await judge(rule, TYPE, props)).toHaveLength(1);
            expect(await judge(rule, TYPE, props, { waivers: [waiver] })).toEqual([]);
            expect(write).toHaveBeenCalledWith(
                expect.stringMatching(/^waived: routes-refuse-plain-http: .*\(waived by ann until 2026-12-31: a test\)/),
            );
        } finally {
            delete process.env["SOURCE_DATE_EPOCH"];
            write.mockRestore();
        }
    });
});

it("mends a Route that answers plain HTTP", () => {
    const args = {
        type: TYPE,
        props: { spec: { host: "h", tls: { termination: "edge", insecureEdgeTerminationPolicy: "Allow" } } },
    };
    const { remediateResource } = routesRefusePlainHttp;
    const mended = (remediateResource as (a: unknown) => unknown)(args);
    expect(mended).toEqual({ spec: { host: "h", tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" } } });
});

describe("the setting of a resource", () => {
    const urn = (types: string, name: string): string => `urn:pulumi:s::p::maas:platform:Platform$${types}::${name}`;
    it.each([
        ["maas:gpu:GpuPool$kubernetes:machine.openshift.io/v1beta1:MachineSet", "pool-l40s-us-east-2a", "gpu.pools[name=l40s]"],
        [
            "maas:serving:ModelService$kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService",
            "model-a-b-service",
            "models[name=a-b]",
        ],
        ["maas:governance:Tier$kubernetes:user.openshift.io/v1:Group", "tier-free-group", "tiers[name=free]"],
        ["maas:governance:Tier", "tier-free", "tiers[name=free]"],
        ["maas:governance:Database$kubernetes:apps/v1:StatefulSet", "database-server", "database"],
    ])("%s %s", (types, name, setting) => {
        expect(settingOf(urn(types, name))).toBe(setting);
    });
    it("of another program is not guessed", () => {
        expect(settingOf("urn:pulumi:s::p::kubernetes:core/v1:Secret::database")).toBeUndefined();
    });
});
