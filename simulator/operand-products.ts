import type { KubeObject } from "../rehearsal/cluster/cluster";
import { type Operand, resolved } from "./operand-data";
import { issuedCertificate } from "./cert-manager";
import { ownerOf, type World } from "./world";

/** The objects that others wait for. Their content says that it is rehearsed; no secret is made up. */
export async function produce(world: World, operand: Operand, object: KubeObject): Promise<void> {
    const namespace = object.metadata.namespace ?? "";
    const secret = (
        name: string,
        data: Record<string, string>,
        type = "Opaque",
        where = namespace,
        owned = true,
    ): Promise<KubeObject> =>
        world.ensure({
            apiVersion: "v1",
            kind: "Secret",
            type,
            metadata: { name, namespace: where, ...(owned && { ownerReferences: [ownerOf(object)] }) },
            data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")])),
        });
    if (operand.tlsSecret !== undefined) {
        // cert-manager leaves the Secret when the Certificate goes.
        await secret(
            resolved(operand.tlsSecret, object)!,
            issuedCertificate(world, object),
            "kubernetes.io/tls",
            namespace || "cert-manager",
            false,
        );
    }
    if (operand.externalSecret) {
        const keys = (object.spec?.data as { secretKey: string }[] | undefined) ?? [];
        const templated = Object.keys((object.spec?.target?.template?.data as object | undefined) ?? {});
        const names = templated.length > 0 ? templated : keys.map(({ secretKey }) => secretKey);
        const template = (object.spec?.target?.template?.metadata ?? {}) as { labels?: object; annotations?: object };
        const made = await secret(
            (object.spec?.target?.name as string | undefined) ?? object.metadata.name,
            Object.fromEntries(names.map((key) => [key, "rehearsal"])),
        );
        const { labels = {}, annotations = {} } = template;
        await world.patch(made, {
            metadata: {
                labels: { "reconcile.external-secrets.io/managed": "true", ...labels },
                annotations: { ...annotations },
            },
        });
    }
    if (operand.credentials) {
        const { name, namespace: where } = object.spec.secretRef as { name: string; namespace: string };
        await secret(name, { aws_access_key_id: "rehearsal", aws_secret_access_key: "rehearsal" }, "Opaque", where, false);
    }
    if (operand.database) {
        const name = object.metadata.name;
        await secret(`${name}-app`, {
            username: "app",
            password: "rehearsal",
            dbname: "app",
            uri: `postgresql://app:rehearsal@${name}-rw.${namespace}:5432/app`,
        });
    }
    const domain = world.get("config.openshift.io/v1/Ingress", "", "cluster")?.spec?.domain as string | undefined;
    for (const name of operand.routes ?? []) {
        await world.ensure({
            apiVersion: "route.openshift.io/v1",
            kind: "Route",
            metadata: { name, namespace, ownerReferences: [ownerOf(object)] },
            spec: {
                host: `${name}.${domain}`,
                to: { kind: "Service", name, weight: 100 },
                port: { targetPort: 8080 },
                tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" },
                wildcardPolicy: "None",
            },
        });
    }
}
