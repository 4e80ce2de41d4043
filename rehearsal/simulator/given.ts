import { K } from "./kind-names";
import { type Controller, itself, type Pass, splitKey, type World } from "./world";

/**
 * Plays whoever puts a Hugging Face token into the cluster: a stack names the Secret, and the ServiceAccount of a
 * downloader lists it. A rehearsal takes it as given; the fault `not-ready:Secret/<name>` leaves it out.
 */
export class GivenTokens implements Controller {
    readonly name = "tokens";
    readonly watches: Controller["watches"] = { [K.ServiceAccount]: itself };

    constructor(private readonly world: World) {}

    async reconcile(key: string, _pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const account = this.world.get(K.ServiceAccount, namespace, name);
        if (!account || account.metadata.deletionTimestamp || !name.endsWith("-downloader")) {
            return;
        }
        for (const { name: secret } of (account["secrets"] as { name: string }[] | undefined) ?? []) {
            if (this.world.faults.notReady("Secret", secret) === undefined && !this.world.get(K.Secret, namespace, secret)) {
                await this.world.ensure({
                    apiVersion: "v1",
                    kind: "Secret",
                    type: "Opaque",
                    metadata: { name: secret, namespace },
                    data: { HF_TOKEN: Buffer.from("rehearsal").toString("base64") },
                });
            }
        }
    }
}
