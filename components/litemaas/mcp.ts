/** A server of the Model Context Protocol, for assistants of administrators. */
import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";

import { DATABASES, LITEMAAS, PORTS } from "../../catalogue/litemaas/names";
import {
    CONTAINER_SECURITY,
    databaseUrl,
    labelsOf,
    type Place,
    POD_SECURITY,
    podLabels,
    secretVariable,
    SERVICE_CA,
    serviceCaMount,
    serviceCaVolume,
    variable,
} from "./place";
import { httpService } from "./portalParts";
import { route } from "./routes";

/**
 * The server behind its Route, with a key of its own that callers send as a bearer token. Source:
 * docs/sources/litemaas.md#mcp-server.
 */
export function mcpServer(place: Place, image: string, ...before: readonly pulumi.Resource[]): void {
    const { name, settings, hosts } = place;
    const { namespace } = settings;
    const metadata = { name: LITEMAAS.mcp, namespace, labels: labelsOf(LITEMAAS.mcp) };
    const account = new ServiceAccount(`${name}-mcp-account`, { metadata }, place.within());
    const role = new Role(
        `${name}-mcp-role`,
        { metadata, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }] },
        place.within(),
    );
    new RoleBinding(
        `${name}-mcp-binding`,
        {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
            subjects: [{ kind: "ServiceAccount", name: LITEMAAS.mcp, namespace }],
        },
        place.within(),
    );
    const service = httpService(place, LITEMAAS.mcp, PORTS.mcp);
    const authority = `${SERVICE_CA.folder}/${SERVICE_CA.key}`;
    const health = { path: "/health", port: PORTS.mcp };
    new Deployment(
        `${name}-mcp`,
        {
            metadata,
            spec: {
                replicas: 1,
                selector: { matchLabels: podLabels(LITEMAAS.mcp) },
                template: {
                    metadata: { labels: podLabels(LITEMAAS.mcp) },
                    spec: {
                        serviceAccountName: account.metadata.name,
                        securityContext: POD_SECURITY,
                        containers: [
                            {
                                name: "mcp",
                                image,
                                env: [
                                    variable(
                                        "LITELLM_API_URL",
                                        `https://${LITEMAAS.proxy}.${namespace}.svc.cluster.local:${PORTS.proxy}`,
                                    ),
                                    secretVariable("LITELLM_API_KEY", "LITELLM_MASTER_KEY"),
                                    secretVariable("LITEMAAS_ADMIN_KEY", "ADMIN_API_KEY"),
                                    secretVariable(DATABASES.proxy.password),
                                    variable("DATABASE_URL", databaseUrl(namespace, "proxy", "proxy", "libpq")),
                                    secretVariable("MCP_API_KEY"),
                                    variable("NAMESPACE", namespace),
                                    // The authority of the proxies, for clients of Python.
                                    variable("SSL_CERT_FILE", authority),
                                    variable("REQUESTS_CA_BUNDLE", authority),
                                ],
                                ports: [{ name: "http", containerPort: PORTS.mcp }],
                                readinessProbe: { httpGet: health, initialDelaySeconds: 10, timeoutSeconds: 5 },
                                // Its /health is 503 while another part is down, which a restart does not mend.
                                livenessProbe: { tcpSocket: { port: PORTS.mcp }, initialDelaySeconds: 20 },
                                resources: {
                                    requests: { cpu: "100m", memory: "256Mi" },
                                    limits: { cpu: "500m", memory: "512Mi" },
                                },
                                securityContext: CONTAINER_SECURITY,
                                volumeMounts: [serviceCaMount],
                            },
                        ],
                        volumes: [serviceCaVolume],
                    },
                },
            },
        },
        place.within(service, ...before),
    );
    route(place, { host: hosts.mcp, service: LITEMAAS.mcp, port: "http", tls: false, timeoutSeconds: 300 }, service);
}
