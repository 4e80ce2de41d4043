/** The client of our gates, on a cluster of this process and its clock. */
import type { KindPath, Kube, KubeObject } from "../../components/kube";
import { EPOCH } from "../../rehearsal/clock";
import type { Stage } from "./support";

const KINDS: Readonly<Record<string, string>> = {
    authpolicies: "AuthPolicy",
    tokenratelimitpolicies: "TokenRateLimitPolicy",
    maasauthpolicies: "MaaSAuthPolicy",
    maassubscriptions: "MaaSSubscription",
};

/** Counts how often something was applied: how often a gate had to act. */
export class InProcess implements Pick<Kube, "now" | "until" | "untilAll" | "apply"> {
    applied = 0;

    constructor(private readonly stage: Stage) {}

    now(): Promise<number> {
        return Promise.resolve((EPOCH + this.stage.clock.now()) * 1000);
    }

    until<T>(
        kind: KindPath,
        name: string,
        judge: (object: KubeObject | undefined) => T | undefined | Promise<T | undefined>,
        deadline: number,
    ): Promise<T | undefined> {
        return this.untilAll(kind, "", (objects) => judge(objects.find(({ metadata }) => metadata.name === name)), deadline);
    }

    untilAll<T>(
        { apiVersion, plural, namespace }: KindPath,
        labelSelector: string,
        judge: (objects: readonly KubeObject[]) => T | undefined | Promise<T | undefined>,
        deadline: number,
    ): Promise<T | undefined> {
        const { clock, cluster } = this.stage;
        const wanted = labelSelector.split(",").flatMap((term) => (term === "" ? [] : [term.split("=") as [string, string]]));
        return new Promise((resolve, reject) => {
            const found = new Map<string, KubeObject>();
            let listed = false;
            let over = false;
            let stop = (): void => undefined;
            const end = (value: T | undefined): void => {
                over = true;
                cancel();
                stop();
                resolve(value);
            };
            const cancel = clock.after(deadline / 1000 - EPOCH - clock.now(), () => end(undefined));
            const look = (): void => {
                void Promise.resolve(judge([...found.values()])).then((verdict) => {
                    if (!over && verdict !== undefined) {
                        end(verdict);
                    }
                }, reject);
            };
            stop = cluster.subscribe([`${apiVersion}/${KINDS[plural]}`], ({ type, object }) => {
                const { metadata } = object;
                if (metadata.namespace === namespace && wanted.every(([key, value]) => metadata.labels?.[key] === value)) {
                    found[type === "DELETED" ? "delete" : "set"](metadata.name, object as KubeObject);
                    if (listed) {
                        look();
                    }
                }
            });
            void cluster.list(apiVersion, KINDS[plural]!, namespace).then((items) => {
                for (const item of items) {
                    if (wanted.every(([key, value]) => item.metadata.labels?.[key] === value)) {
                        found.set(item.metadata.name, item as KubeObject);
                    }
                }
                listed = true;
                look();
            }, reject);
        });
    }

    async apply({ apiVersion }: KindPath, kind: string, name: string, metadata: object, fieldManager: string): Promise<void> {
        this.applied++;
        await this.stage.cluster.apply(
            { apiVersion, kind, metadata: { ...metadata, name, namespace: "maas" } },
            { fieldManager },
        );
    }
}
