/** What the doctor says of a cluster whose OpenShift AI is of another version than the stack's, or was. */
import type { KubeObject } from "../../../components/kube";
import { moveChecks } from "../../../components/preconditions/moveChecks";
import type { Verdict } from "../../../components/preconditions/precondition";
import { type Reader, Reads } from "../../../components/preconditions/reads";
import { parseSettings } from "../../../stacks/settings";
import { shipped, withOneModel } from "../../settings";

/** Objects by the plural of their kind; a kind that is not named does not exist. */
type Objects = Readonly<Record<string, readonly KubeObject[]>>;

async function verdict(id: string, objects: Objects, change: (s: any) => unknown = () => undefined): Promise<Verdict> {
    const reader: Pick<Reader, "get" | "list"> = {
        list: ({ plural }) => Promise.resolve([...(objects[plural] ?? [])]),
        get: ({ plural }, name) => Promise.resolve(objects[plural]?.find(({ metadata }) => metadata.name === name)),
    };
    const settings = withOneModel(shipped("code-assistant", (s) => (s["release"] = "3.5")));
    change(settings);
    const check = moveChecks.find((precondition) => precondition.id === id)!;
    return check.check(new Reads(reader as Reader), { settings: parseSettings("test", settings) });
}

const installed = (csv: string): KubeObject[] => [
    { metadata: { name: "rhods-operator" }, spec: { name: "rhods-operator" }, status: { installedCSV: csv } },
];
const manifest = (channels: Readonly<Record<string, readonly string[] | undefined>>): KubeObject[] => [
    {
        metadata: { name: "rhods-operator" },
        status: {
            catalogSource: "redhat-operators",
            channels: Object.entries(channels).map(([name, entries]) => ({
                name,
                ...(entries !== undefined && { entries: entries.map((csv) => ({ name: csv })) }),
            })),
        },
    },
];
const V35 = "rhods-operator.3.5.0";

describe("the update path", () => {
    it.each<[string, Objects, Verdict["status"], RegExp]>([
        ["nothing is installed", {}, "passed", /not installed yet/],
        ["the version exists", { subscriptions: installed(V35) }, "passed", /3\.5\.0/],
        ["a later one exists", { subscriptions: installed("rhods-operator.3.5.1") }, "passed", /3\.5\.1/],
        [
            "the catalogue has no such channel",
            { subscriptions: installed("rhods-operator.3.4.0"), packagemanifests: manifest({ "stable-3.x": [V35] }) },
            "failed",
            /no channel stable-3\.5 in redhat-operators: stable-3\.x .*operators\.rhods-operator\.channel/,
        ],
        [
            "the channel has another version",
            {
                subscriptions: installed("rhods-operator.3.4.0"),
                packagemanifests: manifest({ "stable-3.5": ["rhods-operator.3.5.1"] }),
            },
            "failed",
            /has rhods-operator\.3\.5\.1, and not rhods-operator\.3\.5\.0 .*operators\.rhods-operator\.csv/,
        ],
        [
            "the channel has both",
            {
                subscriptions: installed("rhods-operator.3.4.0"),
                packagemanifests: manifest({ "stable-3.5": ["rhods-operator.3.4.0", V35] }),
            },
            "passed",
            /from which/,
        ],
        [
            "it is the version that is replaced",
            { subscriptions: installed("rhods-operator.3.4.3"), packagemanifests: manifest({ "stable-3.5": [V35] }) },
            "passed",
            /from which/,
        ],
        [
            "the channel does not have the earlier one",
            { subscriptions: installed("rhods-operator.3.4.0"), packagemanifests: manifest({ "stable-3.5": [V35] }) },
            "unknown",
            /replaces rhods-operator\.3\.4\.3 .*operators\.rhods-operator\.csv: rhods-operator\.3\.4\.3/,
        ],
        [
            "the catalogue does not tell",
            { subscriptions: installed("rhods-operator.3.4.0") },
            "unknown",
            /the catalogue does not tell.*go to rhods-operator\.3\.4\.3 first/,
        ],
        [
            "the channel does not tell its versions",
            { subscriptions: installed("rhods-operator.3.4.1"), packagemanifests: manifest({ "stable-3.5": undefined }) },
            "unknown",
            /the catalogue does not tell/,
        ],
    ])("when %s", async (_, objects, status, message) => {
        const result = await verdict("update-path", objects);
        expect([result.status, `${result.found} ${result.remedy ?? ""}`]).toEqual([status, expect.stringMatching(message)]);
    });
});

describe("what is left of 3.4", () => {
    const service = (name: string, preset?: string): KubeObject => ({
        metadata: { name },
        ...(preset !== undefined && { status: { annotations: { "serving.kserve.io/config-llm-template": preset } } }),
    });
    const left: Objects = {
        llminferenceservices: [
            service("old", "v3-4-0-kserve-config-llm-template"),
            service("new", "v3-5-0-kserve-config-llm-template"),
            service("young"),
        ],
        llamastackdistributions: [{ metadata: { name: "playground", namespace: "maas" } }],
        deployments: [
            {
                metadata: {
                    name: "payload-processing",
                    annotations: { "opendatahub.io/managed": "false" },
                } as KubeObject["metadata"],
            },
        ],
    };

    it("is told with what to do, and refuses nothing", async () => {
        const { status, found, remedy } = await verdict("no-leftovers", left);
        expect([status, found]).toEqual([
            "unknown",
            "old has the presets of an earlier release; LlamaStackDistribution maas/playground offers models without keys and limits; Deployment openshift-ingress/payload-processing is taken from its controller, and not updated",
        ]);
        expect(remedy).toMatch(/--subresource=status.*oc delete llamastackdistribution playground -n maas.*managed-$/);
    });

    it("is nothing on a cluster of 3.5 alone, and nobody's concern before", async () => {
        expect(await verdict("no-leftovers", { llminferenceservices: [service("new", "v3-5-0-kserve-x")] })).toEqual({
            status: "passed",
            found: "nothing",
        });
        expect((await verdict("no-leftovers", left, (s) => (s.release = "3.4"))).status).toBe("passed");
    });
});
