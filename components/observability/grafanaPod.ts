/** The additions to Grafana's pod: the proxy that asks for the cluster's login, and the token for metrics. Pure. */
import { stringify } from "yaml";

import { DATASOURCE } from "./grafanaDashboard";

/** Namespace of Grafana. */
export const GRAFANA_NAMESPACE = "maas-grafana";

/** Port of the proxy; Grafana's own is the operator's. */
export const PORTS = { proxy: 9091, grafana: 3000 } as const;

/** Objects of the same namespace that the pod mounts. */
export const MOUNTED = {
    certificate: "grafana-tls",
    cookie: { secret: "grafana-proxy", key: "cookie" },
    authorities: { configMap: "grafana-trusted-ca", key: "ca-bundle.crt" },
    datasources: "grafana-datasources",
} as const;

/** A year. Grafana reads the token when it starts. */
export const TOKEN_SECONDS = 365 * 24 * 3600;

const TOKEN = "/var/run/secrets/metrics";
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Whoever may read all namespaces may enter: cluster readers, and those with `cluster-monitoring-view`. It is what the metrics that the
 * dashboards show would ask of them.
 */
const ENTRY = { resource: "namespaces", verb: "get" };

/** A file of Grafana that describes its datasource, whose token and authority it reads from files. */
export function datasources(): string {
    return stringify({
        apiVersion: 1,
        datasources: [
            {
                name: "Metrics",
                ...DATASOURCE,
                access: "proxy",
                isDefault: true,
                editable: false,
                url: "https://thanos-querier.openshift-monitoring.svc:9091",
                jsonData: {
                    httpMethod: "POST",
                    httpHeaderName1: "Authorization",
                    tlsAuthWithCACert: true,
                    timeInterval: "30s",
                },
                secureJsonData: {
                    httpHeaderValue1: `Bearer $__file{${TOKEN}/token}`,
                    tlsCACert: `$__file{${SERVICE_ACCOUNT}/service-ca.crt}`,
                },
            },
        ],
    });
}

/** Sections of grafana.ini. @param host of the Route */
export function configuration(host: string): Record<string, Record<string, string>> {
    return {
        server: { root_url: `https://${host}/` },
        log: { mode: "console", level: "warn" },
        analytics: { reporting_enabled: "false", check_for_updates: "false", check_for_plugin_updates: "false" },
        security: { cookie_secure: "true", disable_gravatar: "true" },
        users: {
            allow_sign_up: "false",
            allow_org_create: "false",
            auto_assign_org: "true",
            auto_assign_org_role: "Viewer",
        },
        auth: { disable_login_form: "true", disable_signout_menu: "true" },
        "auth.anonymous": { enabled: "false" },
        // The operator's way in, with the password that it makes.
        "auth.basic": { enabled: "true" },
        // The proxy says who calls; from elsewhere nobody is believed.
        "auth.proxy": {
            enabled: "true",
            header_name: "X-Forwarded-User",
            header_property: "username",
            auto_sign_up: "true",
            enable_login_token: "false",
            whitelist: "127.0.0.1",
        },
        public_dashboards: { enabled: "false" },
        snapshots: { external_enabled: "false" },
        // Alerts are Prometheus'.
        unified_alerting: { enabled: "false" },
    };
}

/** Containers and volumes that the operator merges into its own. @param account ServiceAccount of the pod */
export function pod(account: string, image: string) {
    const mounts = {
        certificate: { name: "certificate", mountPath: "/etc/tls/private", readOnly: true as const },
        cookie: { name: "cookie", mountPath: "/etc/proxy/secrets", readOnly: true as const },
        authorities: { name: "authorities", mountPath: "/etc/proxy/certs", readOnly: true as const },
        datasources: { name: "datasources", mountPath: "/etc/grafana/provisioning/datasources", readOnly: true as const },
        token: { name: "token", mountPath: TOKEN, readOnly: true as const },
    };
    return {
        containers: [
            { name: "grafana", volumeMounts: [mounts.datasources, mounts.token] },
            {
                name: "proxy",
                image,
                args: [
                    "-provider=openshift",
                    `-https-address=:${PORTS.proxy}`,
                    "-http-address=",
                    "-email-domain=*",
                    `-upstream=http://127.0.0.1:${PORTS.grafana}`,
                    `-openshift-service-account=${account}`,
                    `-openshift-sar=${JSON.stringify(ENTRY)}`,
                    `-openshift-ca=/etc/pki/tls/cert.pem`,
                    `-openshift-ca=${SERVICE_ACCOUNT}/ca.crt`,
                    `-openshift-ca=${mounts.authorities.mountPath}/${MOUNTED.authorities.key}`,
                    `-tls-cert=${mounts.certificate.mountPath}/tls.crt`,
                    `-tls-key=${mounts.certificate.mountPath}/tls.key`,
                    `-cookie-secret-file=${mounts.cookie.mountPath}/${MOUNTED.cookie.key}`,
                    "-cookie-expire=12h",
                    "-pass-basic-auth=false",
                    "-pass-access-token=false",
                    "-skip-provider-button=true",
                ],
                ports: [{ containerPort: PORTS.proxy, name: "https" }],
                resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
                securityContext: {
                    allowPrivilegeEscalation: false as const,
                    readOnlyRootFilesystem: true as const,
                    runAsNonRoot: true as const,
                    capabilities: { drop: ["ALL" as const] },
                },
                readinessProbe: { httpGet: { path: "/oauth/healthz", port: PORTS.proxy, scheme: "HTTPS" as const } },
                volumeMounts: [mounts.certificate, mounts.cookie, mounts.authorities],
            },
        ],
        volumes: [
            { name: "certificate", secret: { secretName: MOUNTED.certificate } },
            { name: "cookie", secret: { secretName: MOUNTED.cookie.secret } },
            {
                name: "authorities",
                // Named, so that the pod waits until the cluster has written it.
                configMap: {
                    name: MOUNTED.authorities.configMap,
                    items: [{ key: MOUNTED.authorities.key, path: MOUNTED.authorities.key }],
                },
            },
            { name: "datasources", configMap: { name: MOUNTED.datasources } },
            {
                name: "token",
                projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: TOKEN_SECONDS } }] },
            },
        ],
    };
}
