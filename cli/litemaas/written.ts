/** The desired state that the last `up` has written for the Job. */
import { LITEMAAS } from "../../catalogue/litemaas/names";
import type { DesiredState } from "../../components/litemaas/sync/types";
import { RefusalError } from "../exit";
import { clusterOf } from "../maasApi/address";
import type { LitemaasStack } from "./stack";

/** @throws RefusalError where no `up` has written one, KubeError */
export async function writtenState({ settings, litemaas: { namespace } }: LitemaasStack): Promise<DesiredState> {
    const kube = await clusterOf(settings);
    const map = await kube.get({ apiVersion: "v1", plural: "configmaps", namespace }, LITEMAAS.sync);
    const text = (map?.["data"] as Record<string, string> | undefined)?.["desired.json"];
    if (text === undefined) {
        throw new RefusalError(
            `Namespace ${namespace} has no ConfigMap ${LITEMAAS.sync} with a desired state: bring the stack up first.`,
        );
    }
    return JSON.parse(text) as DesiredState;
}
