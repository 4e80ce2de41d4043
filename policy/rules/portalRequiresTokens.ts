import { containers } from "../pods";
import { stackRule } from "../rule";
import type { Subject, Unchecked } from "../subject";

/** Headers by which the portal takes a request without a token for an administrator's. */
const HEADERS = ["User-Agent", "Origin", "Referer"];

/** Routes to the portal of LiteMaaS take away what its backend goes by instead of a token. */
export const portalRequiresTokens = stackRule(
    {
        name: "portal-requires-tokens",
        title: "Routes to LiteMaaS change the headers that replace a token",
        why: "Release 0.4.0 of the portal answers requests without a token as an administrator's when they look like a browser's: anybody who reaches the Route reads and makes keys.",
        remedy: "Set User-Agent and delete Origin and Referer with spec.httpHeaders.actions.request of the Route. Add a waiver for a release that is known to require a token.",
        severity: "critical",
        source: "docs/sources/litemaas.md#requests-without-a-token",
    },
    (stack, report) => {
        const portal = stack
            .of("Deployment")
            .filter((one) =>
                containers(one).some(({ value }) => /(^|\/)litemaas-(back|front)end([:@]|$)/.test(String(value["image"]))),
            );
        for (const route of portal.length === 0 ? [] : stack.of("Route")) {
            const namespace: unknown = route.value["metadata"]?.namespace;
            const services = stack
                .of("Service")
                .filter(
                    ({ value }) =>
                        value["metadata"]?.name === route.value["spec"]?.to?.name && value["metadata"]?.namespace === namespace,
                );
            if (!services.some((service) => portal.some((one) => leadsTo(service, one)))) {
                continue;
            }
            const path = ["spec", "httpHeaders", "actions", "request"];
            const actions: unknown = route.value["spec"]?.httpHeaders?.actions?.request;
            const listed: readonly Unchecked[] = Array.isArray(actions) ? actions : [];
            const changed = new Set(listed.map((one) => String(one?.name).toLowerCase()));
            const missing = HEADERS.filter((header) => !changed.has(header.toLowerCase()));
            // An entry that is not known yet may change one header.
            const open = listed.filter((_, index) => route.unknownIn([...path, index, "name"])).length;
            if (missing.length > open && (Array.isArray(actions) || !route.unknownIn(path))) {
                report(
                    route,
                    `Route ${String(route.value["metadata"]?.name)} passes ${missing.join(", ")} on to the portal, which takes requests without a token by them for an administrator's; change them with spec.httpHeaders`,
                );
            }
        }
    },
);

function leadsTo(service: Subject, deployment: Subject): boolean {
    const selector = (service.value["spec"]?.selector ?? {}) as Record<string, unknown>;
    const labels = (deployment.value["spec"]?.template?.metadata?.labels ?? {}) as Record<string, unknown>;
    return (
        service.value["metadata"]?.namespace === deployment.value["metadata"]?.namespace &&
        Object.keys(selector).length > 0 &&
        // An unknown value is undefined, as a label is that is not there.
        Object.entries(selector).every(([key, value]) => value !== undefined && labels[key] === value)
    );
}
