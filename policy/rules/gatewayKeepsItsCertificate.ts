import { stackRule } from "../rule";
import { described, identityOf, type Stack, type Subject, type Unchecked } from "../subject";

const SERVING_CERT = "service.beta.openshift.io/serving-cert-secret-name";

/** Certificates of service-ca are valid only for names inside the cluster. */
export const gatewayKeepsItsCertificate = stackRule(
    {
        name: "gateway-keeps-its-certificate",
        title: "No Service makes service-ca overwrite the Secret of a gateway's certificate",
        why: "service-ca overwrites the Secret that the annotation names with a certificate for names inside the cluster; connections of clients outside the cluster then fail, minutes after the gateway reported ready.",
        remedy: "Remove the annotation from the gateway's parameters, or name a Secret that no listener uses.",
        severity: "high",
        source: "docs/sources/openshift.md#service-ca",
    },
    (stack, report) => {
        const used = new Map(
            stack
                .of("Gateway")
                .flatMap((gateway) =>
                    ((gateway.value["spec"]?.listeners ?? []) as Unchecked[])
                        .flatMap((listener) => (listener?.tls?.certificateRefs ?? []) as Unchecked[])
                        .map(
                            (ref) => [keyOf(ref?.namespace ?? gateway.value["metadata"]?.namespace, ref?.name), gateway] as const,
                        ),
                ),
        );
        const requested = [
            ...stack.of("Service").map((s) => [s, s.value["metadata"]?.annotations?.[SERVING_CERT] as unknown] as const),
            ...stack
                .of("ConfigMap")
                .map(
                    (c) =>
                        [
                            c,
                            new RegExp(`${SERVING_CERT}["']?:\\s*["']?([\\w.-]+)`).exec(String(c.value["data"]?.service))?.[1],
                        ] as const,
                ),
        ];
        for (const [subject, secret] of requested) {
            const key = keyOf(subject.value["metadata"]?.namespace, secret);
            const gateway = key === undefined ? undefined : used.get(key);
            if (gateway !== undefined && !behindReencrypt(stack, gateway)) {
                report(
                    subject,
                    `service-ca will overwrite Secret ${String(secret)}, which ${described(gateway)} presents to clients; remove the annotation or name another Secret`,
                );
            }
        }
    },
);

/** Undefined if a part of it is not known yet. */
function keyOf(namespace: unknown, name: unknown): string | undefined {
    return namespace === undefined || name === undefined ? undefined : `${String(namespace)}/${String(name)}`;
}

/** Whether only the router connects to the listener, or may be the only one: the router trusts service-ca and presents its own certificate to clients. */
function behindReencrypt(stack: Stack, gateway: Subject): boolean {
    const { name, namespace } = identityOf(gateway);
    const routes = stack.of("Route").flatMap((route) => {
        const to = String(route.value["spec"]?.to?.name);
        const anyPlace = [gateway, route].some((subject) => subject.unknownAt(["metadata", "namespace"]));
        const anyName = gateway.unknownAt(["metadata", "name"]) || route.unknownAt(["spec", "to", "name"]);
        const here = (anyPlace || identityOf(route).namespace === namespace) && (anyName || to.startsWith(`${name}-`));
        const reencrypts =
            route.unknownAt(["spec", "tls", "termination"]) || route.value["spec"]?.tls?.termination === "reencrypt";
        return here ? [{ reencrypts, certain: !anyPlace && !anyName }] : [];
    });
    return routes.some(({ reencrypts }) => reencrypts) && routes.every(({ reencrypts, certain }) => reencrypts || !certain);
}
