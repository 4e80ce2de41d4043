import { EXPECTED_LABEL, EXPECTED_SECRET } from "../../catalogue/records";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { type Controller, keyOf, type Pass, splitKey, type World } from "../world";

/**
 * Plays whoever brings a Secret that the settings name and the program only waits for; what is expected is recorded
 * (components/expectedSecret.ts). The fault `not-ready:Secret/<name>` leaves it out.
 */
export class GivenSecrets implements Controller {
    readonly name = "brought-secrets";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const isExpected = ({ metadata }: KubeObject): boolean => metadata.labels?.[EXPECTED_LABEL] === EXPECTED_SECRET;
        this.watches = {
            [K.ConfigMap]: (object) => (isExpected(object) ? [keyOf(object)] : []),
            [K.Namespace]: () => world.all(K.ConfigMap).filter(isExpected).map(keyOf),
        };
    }

    async reconcile(key: string, _pass: Pass): Promise<void> {
        const record = this.world.get(K.ConfigMap, ...splitKey(key))?.data as Record<string, string> | undefined;
        const { namespace = "", secret = "", keys = "" } = record ?? {};
        if (
            record === undefined ||
            this.world.get(K.Namespace, "", namespace) === undefined ||
            this.world.faults.notReady("Secret", secret) !== undefined ||
            this.world.get(K.Secret, namespace, secret) !== undefined
        ) {
            return;
        }
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Secret",
            type: "Opaque",
            metadata: { name: secret, namespace },
            data: Object.fromEntries(
                keys
                    .split(" ")
                    .filter(Boolean)
                    .map((name) => [name, Buffer.from("rehearsal").toString("base64")]),
            ),
        });
    }
}
