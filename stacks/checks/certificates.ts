/** Checks `certificates` against the cluster's domain and the gateways. */
import { apiHostname, servedSecrets } from "../../catalogue/certificates";
import { certificatesSchema } from "../schema/certificates";
import type { SettingsProblem } from "../problem";

/** The Secret that the Ingress Operator creates, and deletes once the routes have another certificate. */
const ROUTERS_OWN = "router-certs-default";

/** @param given what stands under `maas:settings`, whether or not it follows the schema */
export function certificateProblems(given: unknown): SettingsProblem[] {
    const settings = given as {
        certificates?: unknown;
        cluster?: { domain?: unknown };
        gateway?: { certificateSecret?: unknown; inference?: { certificateSecret?: unknown } };
    };
    const parsed = certificatesSchema.safeParse(settings.certificates);
    if (!parsed.success) {
        return [];
    }
    const certificates = parsed.data;
    const { apiServer, ingress } = servedSecrets(certificates);
    const domain = settings.cluster?.domain;
    const problems: SettingsProblem[] = [];
    if (apiServer !== undefined && typeof domain === "string" && apiHostname(domain, certificates.apiHostname) === undefined) {
        problems.push({
            path: "certificates.apiHostname",
            message: `is missing; it is required because the apps domain ${JSON.stringify(domain)} does not begin with "apps."`,
        });
    }
    if (ingress !== undefined) {
        const secrets: [string, unknown][] = [
            ["gateway.certificateSecret", settings.gateway?.certificateSecret],
            ["gateway.inference.certificateSecret", settings.gateway?.inference?.certificateSecret],
        ];
        for (const [path, secret] of secrets) {
            if (secret === ROUTERS_OWN) {
                problems.push({
                    path,
                    message: `the Ingress Operator deletes "${ROUTERS_OWN}" once the routes have another certificate; expected ${ingress}, or no value`,
                });
            }
        }
    }
    return problems;
}
