import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

import { partsOf, textOf, waivedPartsOf } from "../../catalogue/findings";
import { routesRefusePlainHttp } from "../../policy/rules/routesRefusePlainHttp";
import { waiversInForce } from "../../policy/rules/waiversInForce";
import { settingOf } from "../../policy/setting";
import { waiverFor } from "../../policy/waiver";
import { judge, judgeStack } from "./judge";

const TYPE = "kubernetes:route.openshift.io/v1:Route";
const waiver = { resource: "sub*", owner: "ann", reason: "a test", until: "2026-12-31" };
const subject = { name: "subject" } as never;

describe("a waiver", () => {
    it.each([
        ["holds to its last day", "2026-12-31", true],
        ["holds no longer the day after", "2027-01-01", false],
    ])("%s", (_what, today, waived) => {
        expect(waiverFor([waiver], subject, today).waiver !== undefined).toBe(waived);
    });

    it("that has expired is named with the finding", () => {
        expect(waiverFor([waiver], subject, "2027-01-01").note).toBe(" (the waiver of ann has expired on 2026-12-31)");
    });

    it.each(["other", "o*", "*x*", "sub", "subjects", "s.bject", "s.b*"])("for %s is not for subject", (resource) => {
        expect(waiverFor([{ ...waiver, resource }], subject, "2026-01-01").waiver).toBeUndefined();
    });

    it("for part of the names is for those", () => {
        expect(waiverFor([{ ...waiver, resource: "s*j*" }], subject, "2026-01-01").waiver).toMatchObject({ resource: "s*j*" });
    });

    it("of the stack itself names it", () => {
        expect(waiverFor([{ ...waiver, resource: "stack" }], undefined, "2026-01-01").waiver).toBeDefined();
        expect(waiverFor([{ ...waiver, resource: "other" }], undefined, "2026-01-01").waiver).toBeUndefined();
    });

    it.each<[string, string | undefined, string, boolean]>([
        ["the last moment of its last day", "1798761599", "2026-12-31", true],
        ["the first of the next", "1798761600", "2026-12-31", false],
        ["today, where no time is set", undefined, new Date().toISOString().slice(0, 10), true],
        ["today, where the time is empty", "", new Date().toISOString().slice(0, 10), true],
        ["yesterday, where the time is empty", "", "2001-01-01", false],
    ])("is measured at %s", (_what, epoch, until, waived) => {
        const before = process.env["SOURCE_DATE_EPOCH"];
        try {
            delete process.env["SOURCE_DATE_EPOCH"];
            Object.assign(process.env, epoch !== undefined && { SOURCE_DATE_EPOCH: epoch });
            expect(waiverFor([{ ...waiver, until }], subject).waiver !== undefined).toBe(waived);
        } finally {
            delete process.env["SOURCE_DATE_EPOCH"];
            Object.assign(process.env, before !== undefined && { SOURCE_DATE_EPOCH: before });
        }
    });

    it("takes the finding away, and the list of waivers says so once", async () => {
        process.env["SOURCE_DATE_EPOCH"] = "1767225600";
        try {
            const props = { spec: {} };
            const rule = routesRefusePlainHttp as ResourceValidationPolicy;
            expect(await judge(rule, TYPE, props)).toHaveLength(1);
            expect(await judge(rule, TYPE, props, { waivers: [waiver] })).toEqual([]);
            expect(await judge(rule, TYPE, props, { waivers: [waiver] })).toEqual([]);
            const listed = await judgeStack(waiversInForce as StackValidationPolicy, []);
            expect(listed).toEqual([
                "subject: routes-refuse-plain-http: spec.tls: not set, so the Route accepts plain HTTP; set a termination" +
                    " (waived by ann until 2026-12-31: a test)",
            ]);
            expect(waivedPartsOf(listed[0]!.slice("subject: ".length))).toEqual({
                rule: "routes-refuse-plain-http",
                message: "spec.tls: not set, so the Route accepts plain HTTP; set a termination",
                waiver: { owner: "ann", until: "2026-12-31", reason: "a test" },
            });
            expect(await judgeStack(waiversInForce as StackValidationPolicy, [])).toEqual([]);
        } finally {
            delete process.env["SOURCE_DATE_EPOCH"];
        }
    });
});

describe("the text of a finding", () => {
    it.each([
        { message: "no setting" },
        { message: "spec.limits[0].when: wrong", setting: "gpu.pools[name=l40s].replicas" },
        { message: "a [bracket] inside", setting: "tiers" },
        { message: "a list that ends so [a, b]" },
        { message: "two\nlines", setting: "models[name=a-b]" },
    ])("%j is read as it was written", (said) => {
        expect(partsOf(textOf(said))).toStrictEqual(said);
    });
    it("keeps the note of a waiver that has expired", () => {
        expect(partsOf(`wrong [tiers] (the waiver of ann has expired on 2026-12-31)`)).toEqual({
            message: "wrong (the waiver of ann has expired on 2026-12-31)",
            setting: "tiers",
        });
    });
});

it("of somebody who answers for nothing is no waiver", () => {
    expect(waivedPartsOf("routes-refuse-plain-http: spec.tls: does not exist")).toBeUndefined();
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

it.each([{}, { spec: { host: "h" } }, { spec: { tls: { termination: "edge", insecureEdgeTerminationPolicy: "None" } } }])(
    "leaves a Route of %j as it is",
    (props) => {
        const { remediateResource } = routesRefusePlainHttp;
        expect((remediateResource as (a: unknown) => unknown)({ type: TYPE, props })).toBe(props);
        const args = { type: "kubernetes:core/v1:Service", props };
        expect((remediateResource as (a: unknown) => unknown)(args)).toBe(props);
    },
);

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
        ["maas:gpu:GpuPool$kubernetes:core/v1:ConfigMap", "pool-l40s-us-east-2a-joined", "gpu.pools[name=l40s]"],
        ["kubernetes:maas.opendatahub.io/v1alpha1:MaaSModelRef", "model-a-published", "models[name=a]"],
        [
            "maas:gateway:InferenceGateway$kubernetes:gateway.networking.k8s.io/v1:Gateway",
            "inference-gateway",
            "gateway.inference",
        ],
        ["maas:gateway:MaasGateway$kubernetes:route.openshift.io/v1:Route", "maas-gateway-route", "gateway"],
        ["maas:observability:Observability$maas:observability:Traces$kubernetes:core/v1:Namespace", "n", "observability.traces"],
        ["maas:gpu:GpuPool$kubernetes:core/v1:ConfigMap", "stray", "gpu.pools"],
    ])("%s %s", (types, name, setting) => {
        expect(settingOf(urn(types, name))).toBe(setting);
    });
    it("is the entry that its component is named for, whatever the resource itself is called", () => {
        const own = urn("maas:serving:ModelService$kubernetes:apps/v1:Deployment", "model-a-b-group-scaler");
        expect(settingOf(own, urn("maas:serving:ModelService", "model-a-b-group"))).toBe("models[name=a-b-group]");
        expect(settingOf(own, urn("maas:serving:ModelService", "model-a-b-group"), { models: "replicas" })).toBe(
            "models[name=a-b-group].replicas",
        );
    });
    it("tells the field of the entry that matters, or the one of its list", () => {
        const own = urn("maas:gpu:GpuPool$kubernetes:machine.openshift.io/v1beta1:MachineSet", "pool-l40s-us-east-2a");
        expect(settingOf(own, undefined, "instanceType")).toBe("gpu.pools[name=l40s].instanceType");
        expect(settingOf(own, undefined, { models: "replicas" })).toBe("gpu.pools[name=l40s]");
    });
    it("is that of a component itself, whose name may end like that of a part", () => {
        expect(settingOf(urn("maas:governance:Tier", "tier-my-group"))).toBe("tiers[name=my-group]");
    });
    it("does not come from a parent of another type or name", () => {
        const own = urn("maas:governance:Tier$kubernetes:user.openshift.io/v1:Group", "tier-free-group");
        expect(settingOf(own, urn("maas:governance:Tiers", "tier-paid"))).toBe("tiers[name=free]");
        expect(settingOf(own, urn("maas:governance:Tier", "paid"))).toBe("tiers[name=free]");
        expect(settingOf(own, urn("maas:governance:Tier$other:index:Part", "tier-paid"))).toBe("tiers[name=free]");
        expect(settingOf(own, urn("maas:governance:Governance$maas:governance:Tier", "tier-paid"))).toBe("tiers[name=paid]");
    });
    it("is not known of a component of somebody else that is called like a layer", () => {
        expect(settingOf(urn("other-maas:gateway:Thing", "thing"))).toBeUndefined();
    });
    it("is not known of what no setting decides", () => {
        expect(settingOf(urn("kubernetes:core/v1:Namespace", "applications"))).toBeUndefined();
    });
    it("of another program is not guessed", () => {
        expect(settingOf("urn:pulumi:s::p::kubernetes:core/v1:Secret::database")).toBeUndefined();
    });
});
