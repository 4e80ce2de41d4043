import { K } from "../kind-names";
import { type Controller, itself, type Pass, splitKey, type World } from "../world";

/** Kubernetes' controller of quotas: it says what it has counted. Nothing is refused by it here. */
export class Quotas implements Controller {
    readonly name = "quotas";
    readonly watches: Controller["watches"] = { [K.ResourceQuota]: itself };

    constructor(private readonly world: World) {}

    async reconcile(key: string, _pass: Pass): Promise<void> {
        const quota = this.world.get(K.ResourceQuota, ...splitKey(key));
        if (quota && !quota.metadata.deletionTimestamp) {
            const hard = quota.spec.hard as Record<string, string>;
            await this.world.setStatus(quota, { hard, used: Object.fromEntries(Object.keys(hard).map((name) => [name, "0"])) });
        }
    }
}
