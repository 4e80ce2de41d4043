/** Messages of the provider about refusals of the cluster. */
import { ApiError, type KubeObject } from "../../cluster/cluster";
import type { Subject } from "../provider";
import { applyOptions } from "./objects";

/** The error for an object that exists but is not ready. */
export function notLive(id: string, why: string): string {
    return `the Kubernetes API server reported that ${JSON.stringify(id)} failed to fully initialize or become live: ${why}`;
}

/** The error for an object that was not created. */
export function creationError(subject: Subject, object: KubeObject, e: unknown): string {
    if (e instanceof ApiError && e.reason === "NoKindMatch") {
        return (
            `creation of resource ${JSON.stringify(subject.urn)} with kind ${object.apiVersion}/${object.kind} failed because the ` +
            "Kubernetes API server reported that the apiVersion for this resource does not exist. " +
            `Verify that any required CRDs have been created: ${e.message}`
        );
    }
    const why = explained(subject, object, e);
    return `resource ${JSON.stringify(subject.urn)} was not successfully created by the Kubernetes API server: ${why}`;
}

/** The error for an object that was not updated. */
export function updateError(subject: Subject, object: KubeObject, e: unknown): string {
    return `update of resource ${JSON.stringify(subject.urn)} failed: ${explained(subject, object, e)}`;
}

/** The message of the API server, with a remedy. */
export function explained(subject: Subject, object: KubeObject, e: unknown): string {
    const { message } = e as Error;
    if (e instanceof ApiError && e.reason === "AlreadyExists") {
        return (
            `${message}\n\nThe resource already exists in the cluster: use an alias if it was renamed, a Patch resource to manage ` +
            "some of its fields, `pulumi import` to adopt it, or upsertExistingObjects on the provider."
        );
    }
    if (e instanceof ApiError && e.reason === "Conflict") {
        const { fieldManager } = applyOptions(subject, object);
        return (
            "server-side apply field conflict detected\n" +
            `The resource managed by field manager ${JSON.stringify(fieldManager)} had an apply conflict: ${message}`
        );
    }
    return message;
}
