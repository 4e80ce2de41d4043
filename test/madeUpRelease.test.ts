/** A release that is added by its record alone: all else follows. Every release keeps what `tiers` promises. */
jest.mock("../catalogue/releases/records", () => {
    const actual = jest.requireActual<typeof import("../catalogue/releases/records")>("../catalogue/releases/records");
    const last = actual.records.at(-1)!;
    const next = (release: string): object => ({
        ...last,
        release,
        operators: {
            ...last.operators,
            "rhods-operator": { channel: `stable-${release}`, csv: `rhods-operator.${release}.0`, source: "made up" },
        },
        apiNamespace: "made-up-api",
    });
    return { ...actual, records: [...actual.records, next("3.6"), next("3.10")] };
});

import { fieldOf } from "../catalogue/openshiftai/aiComponents";
import { atLeast, recordOf, type Release, releaseOfVersion, releases } from "../catalogue/releases";
import { program } from "../index";
import { deploy, type Deployment, type Registration } from "./deployment";
import { type Draft, problemsOf, shipped, withOneModel } from "./settings";

const all: readonly string[] = releases;
const MADE_UP = all.slice(-2) as Release[];

const settingsOf = (release: Release): Draft =>
    withOneModel(
        shipped(recordOf(release).governance === "tiers" ? "tiers-3.3" : "code-assistant", (s) => (s["release"] = release)),
    );

const DSC = "kubernetes:datasciencecluster.opendatahub.io/v2:DataScienceCluster";
const PLAIN = "kubernetes:serving.kserve.io/v1alpha1:LLMInferenceService";
const SCHEDULED = "kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService";

it("knows the made-up releases, and that ten is more than six", () => {
    expect(all).toEqual(["3.3", "3.4", "3.5", "3.6", "3.10"]);
    const [six, ten] = MADE_UP as [Release, Release];
    expect([atLeast(ten, six), atLeast(ten, "3.5"), atLeast("3.5", ten)]).toEqual([true, true, false]);
    expect(["3.6.2", "3.9.0", "3.10.0-ea.1"].map(releaseOfVersion)).toEqual(["3.6", "3.6", "3.10"]);
    expect(problemsOf({ ...settingsOf(six), release: "3.7" })).toContainEqual(expect.stringMatching(/^release: .*3\.6, 3\.10/));
});

describe.each([...releases])("a stack with tiers on release %s", (release) => {
    let deployment: Deployment;
    const record = recordOf(release);

    beforeAll(async () => {
        deployment = await deploy(program, {
            stack: "test",
            preview: true,
            config: { "maas:settings": JSON.stringify(settingsOf(release)) },
        });
    });

    const waiting = (type: string): Registration[] =>
        deployment.registrations.filter((r) => r.type === type && deployment.happensAfter(r, deployment.one(DSC)));

    it("registers without an error", () => {
        expect(deployment.errors).toEqual([]);
    });

    it("switches Models-as-a-Service on, and what that is a part of", () => {
        const switches = deployment.one(DSC).inputs["spec"].components;
        const [parent, child] = fieldOf(release, "modelsAsService")!.split(".") as [string, string];
        expect([switches[parent].managementState, switches[parent][child].managementState]).toEqual(["Managed", "Managed"]);
    });

    it("waits for it before anything governs a model", () => {
        const governing =
            record.governance === "tiers"
                ? ["kubernetes:core/v1:ConfigMapPatch"]
                : ["MaaSModelRef", "MaaSAuthPolicy", "MaaSSubscription"].map(
                      (kind) => `kubernetes:maas.opendatahub.io/v1alpha1:${kind}`,
                  );
        for (const type of governing) {
            expect([type, waiting(type).length]).toEqual([type, deployment.all(type).length]);
            expect(deployment.all(type).length).toBeGreaterThan(0);
        }
    });

    it("serves models by the object of the release, after it exists", () => {
        const [type, other] = record.serving.scheme === "plain" ? [PLAIN, SCHEDULED] : [SCHEDULED, PLAIN];
        expect([waiting(type).length, deployment.all(type).length, deployment.all(other).length]).toEqual([1, 1, 0]);
    });

    it("installs the version of the release, and puts the API's namespace where the release has it", () => {
        const subscription = deployment
            .all("kubernetes:operators.coreos.com/v1alpha1:Subscription")
            .find((r) => r.inputs["spec"].name === "rhods-operator")!;
        expect(subscription.inputs["spec"].startingCSV).toBe(record.operators["rhods-operator"].csv);
        const namespaces = deployment.all("kubernetes:core/v1:Namespace").map((r) => r.inputs["metadata"].name as string);
        expect(namespaces).toContain(record.apiNamespace);
    });
});
