import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";

import { partsOf, textOf, waivedPartsOf } from "../../policy/message";
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

    it.each(["other", "sub", "subjects", "s.bject"])("for %s is not for subject", (resource) => {
        expect(waiverFor([{ ...waiver, resource }], subject, "2026-01-01").waiver).toBeUndefined();
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
                "subject: routes-refuse-plain-http: spec.tls: is not there: the Route answers plain HTTP" +
                    " (waived by ann until 2026-12-31: a test)",
            ]);
            expect(waivedPartsOf(listed[0]!.slice("subject: ".length))).toEqual({
                rule: "routes-refuse-plain-http",
                message: "spec.tls: is not there: the Route answers plain HTTP",
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
        expect(partsOf(textOf(said))).toEqual(said);
    });
    it("keeps the note of a waiver that has expired", () => {
        expect(partsOf(`wrong [tiers] (the waiver of ann has expired on 2026-12-31)`)).toEqual({
            message: "wrong (the waiver of ann has expired on 2026-12-31)",
            setting: "tiers",
        });
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
    it("is not known of what no setting decides", () => {
        expect(settingOf(urn("kubernetes:core/v1:Namespace", "applications"))).toBeUndefined();
    });
    it("of another program is not guessed", () => {
        expect(settingOf("urn:pulumi:s::p::kubernetes:core/v1:Secret::database")).toBeUndefined();
    });
});
