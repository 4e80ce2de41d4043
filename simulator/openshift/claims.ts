import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { references } from "./pod-spec";
import { type Controller, itself, type Pass, splitKey, type World } from "../world";

/** Claims are bound when a workload uses them (`WaitForFirstConsumer`), if their class exists, and grow when they ask for more. */
export class Claims implements Controller {
    readonly name = "claims";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const used = (workload: KubeObject): string[] => [
            ...references(workload.spec.template.spec)
                .filter((reference) => reference.startsWith(K.PersistentVolumeClaim))
                .map((reference) => `${workload.metadata.namespace}/${reference.split("|")[1]}`),
        ];
        this.watches = {
            [K.PersistentVolumeClaim]: itself,
            [K.Deployment]: used,
            [K.StatefulSet]: used,
            [K.Job]: used,
            [K.StorageClass]: () => world.keys(K.PersistentVolumeClaim),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const claim = this.world.get(K.PersistentVolumeClaim, namespace, name);
        if (!claim) {
            return;
        }
        if (claim.status?.phase === "Bound") {
            await this.expand(claim, pass);
            return;
        }
        const classes = this.world.all(K.StorageClass);
        const wanted = claim.spec.storageClassName as string | undefined;
        const storage = classes.find((candidate) =>
            wanted === undefined
                ? candidate.metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true"
                : candidate.metadata.name === wanted,
        );
        const immediate = storage?.volumeBindingMode !== "WaitForFirstConsumer";
        const consumed =
            immediate ||
            [K.Deployment, K.StatefulSet, K.Job].some((kind) =>
                this.world
                    .inNamespace(kind, namespace)
                    .some(
                        (workload) =>
                            references(workload.spec.template.spec).includes(`${K.PersistentVolumeClaim}|${name}`) ||
                            ((workload.spec.volumeClaimTemplates as KubeObject[] | undefined) ?? []).some((template) =>
                                name.startsWith(`${template.metadata.name}-${workload.metadata.name}-`),
                            ),
                    ),
            );
        if (
            storage &&
            consumed &&
            this.world.faults.notReady("PersistentVolumeClaim", name) === undefined &&
            pass.waited("bind", duration("workload.claim"))
        ) {
            await this.world.setStatus(claim, {
                phase: "Bound",
                accessModes: claim.spec.accessModes,
                capacity: { storage: claim.spec.resources.requests.storage },
            });
        }
    }

    /** A bound claim that asks for more than it has grows while its pods run. */
    private async expand(claim: KubeObject, pass: Pass): Promise<void> {
        const { storage } = claim.spec.resources.requests as { storage: string };
        const { capacity } = claim.status as { capacity?: { storage?: string } };
        if (
            capacity?.storage !== storage &&
            this.world.faults.notReady("PersistentVolumeClaim", claim.metadata.name) === undefined &&
            pass.waited(`grow to ${storage}`, duration("workload.claim"))
        ) {
            await this.world.setStatus(claim, { ...claim.status, capacity: { storage } });
        }
    }
}
