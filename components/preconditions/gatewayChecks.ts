/** The certificates that gateways serve and the stack does not issue. Source: docs/sources/gateways.md#certificate-of-the-router. */
import type { Settings } from "../../stacks/schema";
import { failed, passed, type Precondition, unknown } from "./precondition";

const NAMESPACE = "openshift-ingress";
/** The certificate that the Ingress Operator makes, as long as nobody names another. */
const ROUTERS_OWN = "router-certs-default";

/** A Secret that a gateway serves, and the setting by which another is named. */
interface Served {
    readonly secret: string;
    readonly setting: string;
}

export const gatewayChecks: readonly Precondition[] = [
    {
        id: "gateway-certificate",
        what: "the certificates that the gateways serve exist, where the stack does not issue them",
        why: "a Gateway whose Secret is missing is never Programmed, and no model answers",
        async check(reads, { settings }) {
            const served = servedBy(settings);
            if (served.length === 0) {
                return passed("the stack has no gateway, or issues its certificates");
            }
            const missing: Served[] = [];
            for (const one of served) {
                if ((await reads.get("v1", "secrets", one.secret, NAMESPACE)) === undefined) {
                    missing.push(one);
                }
            }
            if (missing.length === 0) {
                return passed(`Secret ${[...new Set(served.map(({ secret }) => secret))].join(", ")} in ${NAMESPACE}`);
            }
            const own = missing.find(({ secret }) => secret === ROUTERS_OWN);
            const controller = await reads.get(
                "operator.openshift.io/v1",
                "ingresscontrollers",
                "default",
                "openshift-ingress-operator",
            );
            const custom = (controller?.spec as { defaultCertificate?: { name?: string } } | undefined)?.defaultCertificate?.name;
            if (own !== undefined && custom !== undefined) {
                return failed(
                    `Secret ${NAMESPACE}/${ROUTERS_OWN} does not exist: the router serves ${custom}`,
                    `set ${own.setting}: ${custom}, if it is valid for the host of the gateway`,
                );
            }
            return unknown(
                `${missing.map(({ secret, setting }) => `Secret ${NAMESPACE}/${secret} (${setting})`).join(", ")} does not exist`,
                "create it before the gateway, as a TLS Secret that is valid for its host; or set gateway.issuer",
            );
        },
    },
];

/** The Secrets that exist before the stack, by the settings that name them. */
function servedBy({ gateway, tiers, certificates }: Settings): Served[] {
    const { inference } = gateway;
    const routersOwn =
        certificates === undefined || (certificates.existing !== undefined && certificates.existing.ingress === undefined)
            ? ROUTERS_OWN
            : undefined;
    const given = (secret: string | undefined, setting: string): Served[] => (secret === undefined ? [] : [{ secret, setting }]);
    return [
        ...(tiers.length > 0 && gateway.issuer === undefined
            ? [
                  ...given(gateway.certificateSecret ?? routersOwn, "gateway.certificateSecret"),
                  ...gateway.additionalHosts.flatMap(({ certificateSecret }, i) =>
                      given(certificateSecret, `gateway.additionalHosts[${i}].certificateSecret`),
                  ),
              ]
            : []),
        ...(inference !== undefined && inference.issuer === undefined
            ? given(inference.certificateSecret ?? routersOwn, "gateway.inference.certificateSecret")
            : []),
    ];
}
