import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { install, ref, Stage } from "./support";

/** What keeps components of OpenShift AI from becoming ready, in the product's own words. */
describe("a component whose precondition is missing", () => {
    let stage: Stage;
    afterEach(() => stage.close());

    it.each([
        [
            "kueue",
            "Unmanaged",
            "KueueReady",
            "Kueue operator not installed, install it or change kueue component state to Removed",
        ],
        ["trainer", "Managed", "TrainerReady", "JobSet operator not installed, please install it first"],
        ["trustyai", "Managed", "TrustyAIReady", "InferenceServices CRD does not exist, please enable serving component first"],
    ])("%s (%s) keeps all of it from becoming ready", async (field, managementState, type, message) => {
        stage = await Stage.open();
        await install(stage, "rhods-operator", "redhat-ods-operator", "stable-3.4", false);
        await stage.create({
            apiVersion: "datasciencecluster.opendatahub.io/v2",
            kind: "DataScienceCluster",
            metadata: { name: "default-dsc" },
            spec: { components: { [field]: { managementState } } },
        } as KubeObject);
        const dsc = ref("datasciencecluster.opendatahub.io/v2", "DataScienceCluster", "default-dsc");
        const reported = await stage.condition(dsc, type, "False");
        const conditions = reported.status.conditions as { type: string; status: string; message: string }[];
        expect(conditions.find((c) => c.type === type)?.message).toBe(message);
        expect(conditions.find((c) => c.type === "Ready")?.status).toBe("False");
    });
});
