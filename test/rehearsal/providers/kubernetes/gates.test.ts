import type { KubeObject } from "../../../../rehearsal/cluster/cluster";
import { gatesOf, parseWaitFor } from "../../../../rehearsal/providers/kubernetes/gates";
import { parseJsonPath } from "../../../../rehearsal/providers/kubernetes/jsonPath";

const object = (status: unknown, more: object = {}): KubeObject => ({
    apiVersion: "example.com/v1",
    kind: "Thing",
    metadata: { name: "x", generation: 2 },
    status,
    ...more,
});
const judge = (gate: string, o: KubeObject) => parseWaitFor(gate)[0]!.judge(o);

describe("paths", () => {
    const root = {
        a: {
            "b-c": [
                { n: 1, t: "x" },
                { n: 2, t: "y", deep: { z: true } },
            ],
            e: [],
        },
    };

    it.each([
        ["$.a.b-c[0].n", [1]],
        [".a['b-c'][-1].t", ["y"]],
        ["$.a.b-c[*].n", [1, 2]],
        ["$.a.b-c[?(@.t=='y')].n", [2]],
        ['$.a.b-c[?@.t == "x" || @.n == 2].t', ["x", "y"]],
        ["$.a.b-c[?(@.t!='x' && @.n>=2)].deep.z", [true]],
        ["$.a.b-c[?@.deep].n", [2]],
        ["$.a.b-c[?(!@.deep)].n", [1]],
        ["$.a.missing.more", []],
        ["$.a.b-c[7]", []],
        ["$.a.e[*]", []],
    ])("%s", (path, expected) => {
        expect(parseJsonPath(path)(root)).toEqual(expected);
    });

    it.each([["a.b"], ["$.a["], ["$.a[?(@.x==)]"], ["$.a[1"], ["$..a"], ["$.a b"]])("%s is refused", (path) => {
        expect(() => parseJsonPath(path)).toThrow(/expected .* at position/);
    });
});

describe("gates", () => {
    it("hold for conditions of the current generation", () => {
        const ready = (status: string, observedGeneration?: number) =>
            object({ conditions: [{ type: "Ready", status, reason: "Because", message: "so", observedGeneration }] });
        expect(judge("condition=Ready", ready("True"))).toMatchObject({ ready: true });
        expect(judge("condition=Ready", ready("True", 1))).toEqual({
            ready: false,
            seen: "generation 1 is reported, 2 is current",
        });
        expect(judge("condition=Ready", ready("False"))).toEqual({ ready: false, seen: "Ready=False (Because: so)" });
        expect(judge("condition=Degraded=False", object({ conditions: [{ type: "Degraded", status: "False" }] }))).toMatchObject({
            ready: true,
        });
        expect(
            judge("condition=Ready", object({ observedGeneration: 1, conditions: [{ type: "Ready", status: "True" }] })),
        ).toMatchObject({ ready: false });
        expect(judge("condition=Ready", object(undefined))).toEqual({ ready: false, seen: "Has no .status.conditions" });
    });

    it("hold for values, or for anything when none is given", () => {
        expect(judge("jsonpath={.status.phase}=Active", object({ phase: "Active" }))).toMatchObject({ ready: true });
        expect(judge("jsonpath={.status.n}=3", object({ n: 3 }))).toMatchObject({ ready: true });
        expect(judge("jsonpath={.status.phase}=Active", object({ phase: "Pending" }))).toEqual({
            ready: false,
            seen: '{.status.phase} is "Pending"',
        });
        expect(judge("jsonpath={.status.phase}", object({ phase: "x" }))).toMatchObject({ ready: true });
        expect(judge("jsonpath={.status.phase}", object({}))).toEqual({ ready: false, seen: "{.status.phase} not found" });
        expect(judge("jsonpath={.status.phase}=x", object({ phase: {} }))).toMatchObject({
            ready: false,
            failed: expect.stringContaining("non-primitive"),
        });
        expect(judge("jsonpath={.status.phase}=x", object({ phase: "x", observedGeneration: 1 }))).toMatchObject({
            ready: false,
        });
        expect(
            judge("jsonpath={.status.c[?(@.type=='A')].status}=True", object({ c: [{ type: "A", status: "True" }] })),
        ).toMatchObject({ ready: true });
    });

    it.each([
        ["", "is empty"],
        ["Ready", 'must begin with "jsonpath=" or "condition="'],
        ["[]", "at least one string"],
        ["[1]", "at least one string"],
        ["[", "is not a JSON array"],
        ["jsonpath='{.x}'", "omit shell quotes"],
        ["jsonpath=.x", "wrapped in brackets"],
        ["jsonpath={.x}=", "requires a value"],
        ["jsonpath={.x}=a=b", "format should be"],
        ["jsonpath={.x[}", "parsing"],
    ])("%p is refused", (text, message) => {
        expect(() => parseWaitFor(text)).toThrow(message);
    });

    it("come from annotations before what is known of the kind", () => {
        const texts = (annotations: Record<string, string>, o: Partial<KubeObject> = {}) => {
            const { gates, seconds } = gatesOf({ ...object({}), ...o, metadata: { name: "x", annotations } } as KubeObject, true);
            return [gates.map((g) => g.text), seconds];
        };
        const deployment = { apiVersion: "apps/v1", kind: "Deployment" };
        expect(texts({}, deployment)).toEqual([["Deployment available"], undefined]);
        expect(
            texts(
                { "pulumi.com/skipAwait": "true", "pulumi.com/waitFor": "condition=X", "pulumi.com/timeoutSeconds": "9" },
                deployment,
            ),
        ).toEqual([[], 9]);
        expect(texts({ "pulumi.com/waitFor": '["condition=A","jsonpath={.b}"]' }, deployment)).toEqual([
            ["condition=A", "jsonpath={.b}"],
            undefined,
        ]);
        expect(texts({})).toEqual([[], undefined]);
    });

    it.each([
        [
            "apps/v1",
            "Deployment",
            { spec: { replicas: 2 } },
            { updatedReplicas: 2, availableReplicas: 1 },
            { updatedReplicas: 2, availableReplicas: 2 },
        ],
        ["apps/v1", "StatefulSet", { spec: { replicas: 1 } }, {}, { readyReplicas: 1 }],
        ["apps/v1", "DaemonSet", {}, {}, { desiredNumberScheduled: 0 }],
        ["batch/v1", "Job", {}, { active: 1 }, { conditions: [{ type: "Complete", status: "True" }] }],
        ["v1", "PersistentVolumeClaim", {}, {}, { phase: "Pending" }],
        ["v1", "Pod", {}, { phase: "Running" }, { phase: "Running", conditions: [{ type: "Ready", status: "True" }] }],
        ["v1", "Service", { spec: { type: "LoadBalancer" } }, {}, { loadBalancer: { ingress: [{ hostname: "x" }] } }],
        [
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            {},
            {},
            { conditions: [{ type: "Established", status: "True" }] },
        ],
    ])("are known of %s %s", (apiVersion, kind, more, waiting, ready) => {
        const o = (status: unknown): KubeObject => ({ apiVersion, kind, metadata: { name: "x" }, ...more, status });
        const [gate] = gatesOf(o({}), true).gates;
        expect(gate!.judge(o(waiting)).ready).toBe(false);
        expect(gate!.judge(o(ready)).ready).toBe(true);
    });

    it("fail at once when waiting is of no use", () => {
        const job: KubeObject = {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "x" },
            status: { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] },
        };
        expect(gatesOf(job, true).gates[0]!.judge(job).failed).toBe("Failed=True (BackoffLimitExceeded)");
        const stuck: KubeObject = {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "x" },
            status: { conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }] },
        };
        expect(gatesOf(stuck, true).gates[0]!.judge(stuck).failed).toBe("Progressing=False (ProgressDeadlineExceeded)");
    });
});
