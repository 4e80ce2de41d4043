/** Parts that backend and frontend of the portal share: Services, Routes and probes. */
import { Service } from "@pulumi/kubernetes/core/v1";

import { labelsOf, type Place, podLabels } from "./place";
import type { Header } from "./routes";

/** Time that requests to the portal may take. */
export const TIMEOUT_SECONDS = 600;

/**
 * Headers by which release 0.4.0 of the backend takes a request without a token for that of an administrator: a browser's name, or a
 * page of a development server. Without them it asks for a token. Source: docs/sources/litemaas.md#requests-without-a-token.
 */
export const CLOSED_HEADERS: Readonly<Record<Header, string | undefined>> = {
    "User-Agent": "portal",
    Origin: undefined,
    Referer: undefined,
};

/** Restrictions of a Route against requests without a token and requests from elsewhere. */
export function closed({ unauthenticatedRoutes, allowedAddresses }: Place["settings"]["portal"]) {
    return {
        ...(unauthenticatedRoutes === "close" && { headers: CLOSED_HEADERS }),
        addresses: allowedAddresses,
    };
}

/** A probe of a page. */
export function probe(path: string, port: number) {
    return { httpGet: { path, port }, timeoutSeconds: 5, failureThreshold: 3 };
}

/** A Service, before the pods that it leads to. */
export function httpService({ name, settings, within }: Place, app: string, port: number): Service {
    return new Service(
        `${name}-${app}-service`,
        {
            metadata: {
                name: app,
                namespace: settings.namespace,
                labels: labelsOf(app),
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: { selector: podLabels(app), ports: [{ name: "http", port, targetPort: port }] },
        },
        within(),
    );
}
