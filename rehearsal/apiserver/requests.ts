/** The parameters of a write to the API server, besides the object. */
import type { KubeObject, WriteOptions } from "../cluster/cluster";
import { CRD_KIND } from "./crdWatch";

/** The field manager of requests that name none. */
const FIELD_MANAGER = "maas-rehearsal";

/** Groups of the Kubernetes project are served only with a note of who approved of their CRD. */
export function approved(object: KubeObject): KubeObject {
    const note = "api-approved.kubernetes.io";
    const { annotations } = object.metadata;
    if (
        object.kind !== CRD_KIND ||
        !/(^|\.)(k8s|kubernetes)\.io$/.test(String(object.spec?.group)) ||
        annotations?.[note] !== undefined
    ) {
        return object;
    }
    return {
        ...object,
        metadata: { ...object.metadata, annotations: { ...annotations, [note]: "unapproved, for a rehearsal" } },
    };
}

/** The query of a write: validated strictly, by its field manager, perhaps as a dry run. */
export function query({ fieldManager, dryRun }: WriteOptions): string {
    return `?fieldValidation=Strict&fieldManager=${encodeURIComponent(fieldManager ?? FIELD_MANAGER)}${dryRun === true ? "&dryRun=All" : ""}`;
}
