/** Parts that the controllers of OpenShift AI and of Models-as-a-Service share. */
import type { KubeObject } from "../rehearsal/cluster/cluster";
import { DEFAULT_RELEASE, recordOf, releaseOfVersion, type ReleaseRecord } from "../catalogue/releases";
import { K } from "./kind-names";
import { isTrue, type World } from "./world";

/** The package of the operator. */
export const RHOAI = "rhods-operator";
/** Namespace of the controllers of OpenShift AI. */
export const APPLICATIONS = "redhat-ods-applications";
/** Namespace of tenants, subscriptions and auth policies. */
export const MAAS_NAMESPACE = "models-as-a-service";
/** The tenant of release 3.4, which is the only one. */
export const TENANT = "default-tenant";

/** The release of the OpenShift AI that runs, by its ClusterServiceVersion; the default one while none does. */
export function releaseOf(world: World): ReleaseRecord {
    const version = String(world.operator(RHOAI)?.spec?.version ?? "");
    return recordOf(releaseOfVersion(version) ?? DEFAULT_RELEASE);
}

/** Whether a Deployment of the applications namespace serves. */
export function serves(world: World, name: string): boolean {
    const deployment = world.get(K.Deployment, APPLICATIONS, name);
    return deployment !== undefined && !deployment.metadata.deletionTimestamp && isTrue(deployment, "Available");
}

/** Whether Models-as-a-Service is switched on. Where the AI gateway has a switch, that one is the master: 3.5. */
export function asksForMaas(dsc: KubeObject): boolean {
    const { kserve, aigateway } = (dsc.spec?.components ?? {}) as {
        kserve?: { managementState?: string; modelsAsService?: { managementState?: string } };
        aigateway?: { managementState?: string; modelsAsAService?: { managementState?: string } };
    };
    const [parent, child] =
        aigateway?.managementState === undefined ? [kserve, kserve?.modelsAsService] : [aigateway, aigateway.modelsAsAService];
    return parent?.managementState === "Managed" && child?.managementState === "Managed";
}
