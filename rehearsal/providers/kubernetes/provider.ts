/**
 * The behaviour of the Kubernetes provider with any cluster. Sources: docs/sources/pulumi.md#waiting, #custom-resources,
 * #patches.
 */
import { ApiError, type Cluster, type KubeObject } from "../../cluster/cluster";
import { containsUnknown, plain, type Value, type Values } from "../../values";
import {
    changedPaths,
    type Difference,
    type Done,
    type Provider,
    type ProviderContext,
    type Subject,
    type Timeout,
    touches,
} from "../provider";
import { checkInputs } from "./check";
import { type Gate, gatesIn, gatesOf, isTrue, readyText } from "./gates";
import { fixedFields, scopeOf } from "./kinds";
import { creationError, explained, notLive, updateError } from "./messages";
import {
    applyOptions,
    defaultNamespace,
    dropIgnored,
    groupOf,
    identityOf,
    idOf,
    isPatch,
    MANAGER,
    metadataOf,
    outputsOf,
    parseId,
    propagation,
    refOf,
    sameObject,
    timeoutOnly,
    toObject,
} from "./objects";
import { describeRef, sleep, waitUntilGone, waitUntilReady } from "./wait";
import { parseAllDocuments } from "yaml";

/** The provider's default for every operation. */
const DEFAULT_SECONDS = 600;
/** The waits in seconds before a create is retried when the namespace or the kind is missing: 63 s in total. */
const RETRY_SECONDS = [1, 2, 4, 8, 16, 32];

/** Refusals of a dry run that a preview ignores: the missing namespace or kind may be created before. */
const CREATED_IN_SPITE_OF = new Set(["Forbidden", "NotFound", "NoKindMatch", "AlreadyExists"]);
const UPDATED_IN_SPITE_OF = new Set(["Forbidden", "NoKindMatch"]);

type ClusterContext = ProviderContext & { readonly cluster: Cluster };

/** The part of `@pulumi/kubernetes` that writes, awaits, patches, reads and deletes objects. */
export class KubernetesProvider implements Provider {
    constructor(private readonly context: ProviderContext) {}

    check(subject: Subject, inputs: Values, old: Values | undefined): Values {
        return checkInputs(subject, inputs, old);
    }

    diff(subject: Subject, _id: string, olds: Values, news: Values): Difference {
        const changed = changedPaths(olds, news);
        if (changed.length === 0) {
            return { changed: false, replaces: [], deleteBeforeReplace: false };
        }
        const object = plain(news);
        const config = plain(subject.config) as Record<string, unknown>;
        const fixed = isPatch(subject, object.kind) ? [".metadata.name", ".metadata.namespace"] : fixedFields(object, config);
        const identity = changed.filter((p) => p === ".kind" || (p === ".apiVersion" && groupOf(olds) !== groupOf(news)));
        // With unknown metadata, the name is unknown too.
        const replaces = [...identity, ...changed.filter((p) => p === ".metadata" || fixed.some((f) => touches(p, f)))];
        const [before, after] = [metadataOf(olds), metadataOf(news)];
        const autonamed = isTrue((after["annotations"] as Values | undefined)?.["pulumi.com/autonamed"]);
        const sameName = before["name"] === after["name"] && before["namespace"] === after["namespace"];
        return { changed: true, replaces, deleteBeforeReplace: replaces.length > 0 && !autonamed && sameName };
    }

    async create(subject: Subject, inputs: Values, timeout: Timeout): Promise<Done> {
        if (this.context.dryRun) {
            return this.previewed(subject, "", inputs, true);
        }
        const context = this.live();
        const object = toObject(subject, inputs);
        const { gates, seconds } = gatesOf(object, true);
        const written = await this.withRetries(subject, object, () => this.write(context, subject, object));
        return this.awaited(context, subject, written, gates, timeout ?? seconds ?? DEFAULT_SECONDS, (ref, why) => {
            return (
                `resource ${JSON.stringify(subject.urn)} was successfully created, but the Kubernetes API server ` +
                `reported that it failed to fully initialize or become live: ${why}`
            );
        });
    }

    async update(subject: Subject, id: string, olds: Values, news: Values, timeout: Timeout): Promise<Done> {
        if (this.context.dryRun) {
            return this.previewed(subject, id, news, false);
        }
        const context = this.live();
        const object = toObject(subject, news);
        const { gates, seconds } = gatesOf(object, false);
        const live = await context.cluster.get(refOf(object));
        dropIgnored(subject, object, plain(olds), live);
        let written: KubeObject;
        try {
            written = await context.cluster.apply(object, applyOptions(subject, object));
        } catch (e) {
            this.refused(subject, object, e);
            if (live === undefined) {
                throw new Error(updateError(subject, object, e));
            }
            // The next run updates the object again.
            const pendingErrors = [notLive(id, explained(subject, object, e))];
            return { id, inputs: olds, outputs: outputsOf(live), readyWhen: "accepted", pendingErrors };
        }
        return this.awaited(context, subject, written, gates, timeout ?? seconds ?? DEFAULT_SECONDS, notLive);
    }

    async delete(subject: Subject, id: string, olds: Values, outputs: Values, timeout: Timeout): Promise<void> {
        if (this.context.dryRun) {
            return;
        }
        const context = this.live();
        const object = toObject(subject, olds, id);
        const ref = refOf(object);
        if (isPatch(subject, object.kind)) {
            await this.relinquish(context, subject, object);
            return;
        }
        const live = await context.cluster.get(ref);
        if (live === undefined || !sameObject(live, outputs)) {
            return;
        }
        try {
            await context.cluster.delete(ref, { propagationPolicy: propagation(object) });
        } catch (e) {
            if (e instanceof ApiError && (e.reason === "NotFound" || e.reason === "NoKindMatch")) {
                return;
            }
            throw e;
        }
        const { seconds } = gatesOf({ ...object, metadata: { ...object.metadata, annotations: timeoutOnly(object) } }, false);
        const left = await waitUntilGone(context, live, timeout ?? seconds ?? DEFAULT_SECONDS);
        if (left !== undefined) {
            const finalizers = left.metadata.finalizers ?? [];
            this.context.warn(subject.urn, `finalizers might be preventing deletion (${finalizers.join(", ")})`);
            throw new Error(
                `timed out waiting for ${describeRef(ref)} to be deleted; finalizers left: ${finalizers.join(", ") || "none"}`,
            );
        }
    }

    async read(subject: Subject, id: string, inputs: Values): Promise<Done | undefined> {
        if (this.context.cluster === undefined) {
            // Without a cluster, only the inputs of the object are known.
            return { id, outputs: inputs, readyWhen: "read" };
        }
        const identity = identityOf(subject, inputs);
        const { name, namespace } = parseId(id);
        const live = await this.context.cluster.get({
            ...identity,
            name,
            ...((namespace !== undefined || scopeOf(identity.apiVersion, identity.kind) === "namespaced") && {
                namespace: namespace ?? defaultNamespace(subject),
            }),
        });
        return live === undefined ? undefined : { id: idOf(live), outputs: outputsOf(live, inputs), readyWhen: "read" };
    }

    invoke(token: string, args: Values): Promise<Values> {
        if (token === "kubernetes:yaml:decode") {
            const text = String(plain(args["text"] ?? ""));
            return Promise.resolve({ result: parseAllDocuments(text).map((d) => d.toJS() as Value) });
        }
        return Promise.reject(new Error(`a rehearsal has no answer to ${token}`));
    }

    /** The result that a write would have, from a dry run where there is a cluster. @throws Error when the write would be refused */
    private async previewed(subject: Subject, id: string, inputs: Values, creating: boolean): Promise<Done> {
        const echoed = { id, outputs: inputs, readyWhen: readyText(gatesIn(inputs, creating)) };
        const { cluster } = this.context;
        if (cluster === undefined || containsUnknown(inputs)) {
            return echoed;
        }
        const object = toObject(subject, inputs);
        if (creating && isPatch(subject, object.kind)) {
            return echoed;
        }
        try {
            const seen = await (creating
                ? this.write({ ...this.context, cluster }, subject, object)
                : cluster.apply(object, { ...applyOptions(subject, object), dryRun: true }));
            const { status: _, ...made } = seen;
            return { ...echoed, outputs: outputsOf(creating ? made : seen) };
        } catch (e) {
            const passes = creating ? CREATED_IN_SPITE_OF : UPDATED_IN_SPITE_OF;
            if (e instanceof ApiError && passes.has(e.reason)) {
                return echoed;
            }
            this.refused(subject, object, e);
            throw new Error(creating ? creationError(subject, object, e) : notLive(id, explained(subject, object, e)));
        }
    }

    private live(): ClusterContext {
        if (this.context.cluster === undefined) {
            throw new Error("configured Kubernetes cluster is unreachable: there is none in this run");
        }
        return this.context as ClusterContext;
    }

    private async write(context: ClusterContext, subject: Subject, object: KubeObject): Promise<KubeObject> {
        if (isPatch(subject, object.kind) || isTrue(plain(subject.config["upsertExistingObjects"] ?? null))) {
            return context.cluster.apply(object, { ...applyOptions(subject, object), dryRun: context.dryRun });
        }
        try {
            return await createOwned(context, object);
        } catch (e) {
            const lacksNamespace =
                e instanceof ApiError && object.metadata.namespace === undefined && /namespace/i.test(e.message);
            if (!lacksNamespace || e.reason === "NoKindMatch" || scopeOf(object.apiVersion, object.kind) !== "unknown") {
                throw e;
            }
            object.metadata.namespace = defaultNamespace(subject);
            return createOwned(context, object);
        }
    }

    /** Tries a write again, as the provider does, while its namespace or kind is missing. */
    private async withRetries(subject: Subject, object: KubeObject, write: () => Promise<KubeObject>): Promise<KubeObject> {
        for (let attempt = 0; ; attempt++) {
            try {
                return await write();
            } catch (e) {
                this.refused(subject, object, e);
                const pause = RETRY_SECONDS[attempt];
                if (!(e instanceof ApiError) || !(e.reason === "NotFound" || e.reason === "NoKindMatch") || pause === undefined) {
                    throw new Error(creationError(subject, object, e));
                }
                this.context.status(subject.urn, `Retry #${attempt}; creation failed: ${e.message}`);
                await sleep(this.context, pause);
            }
        }
    }

    private refused(subject: Subject, object: KubeObject, e: unknown): void {
        if (e instanceof ApiError) {
            this.context.reject({ urn: subject.urn, object: describeRef(refOf(object)), reason: e.reason, message: e.message });
        }
    }

    private async awaited(
        context: ClusterContext,
        subject: Subject,
        written: KubeObject,
        gates: readonly Gate[],
        seconds: number,
        explain: (id: string, why: string) => string,
    ): Promise<Done> {
        const id = idOf(written);
        if (gates.length === 0) {
            return { id, outputs: outputsOf(written), readyWhen: "accepted" };
        }
        const { ready, object, message } = await waitUntilReady(context, subject.urn, written, gates, seconds);
        const done = { id, outputs: outputsOf(object), readyWhen: readyText(gates) };
        return ready ? done : { ...done, pendingErrors: [explain(id, message!)] };
    }

    /** Deleting a patch releases its fields; the object remains. */
    private async relinquish(context: ClusterContext, subject: Subject, object: KubeObject): Promise<void> {
        if ((await context.cluster.get(refOf(object))) === undefined) {
            return;
        }
        const { apiVersion, kind, metadata } = object;
        const identity: KubeObject = {
            apiVersion,
            kind,
            metadata: { name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) },
        };
        try {
            await context.cluster.apply(identity, applyOptions(subject, object));
        } catch (e) {
            this.refused(subject, object, e);
            throw new Error(`deletion of patch ${JSON.stringify(subject.urn)} failed: ${(e as Error).message}`);
        }
    }
}

/**
 * Creates an object with the refusals of a POST, and its fields owned by server-side apply.
 *
 * The provider creates with a POST and, before its first update, turns the fields over to its server-side apply by
 * rewriting `managedFields`: an API server takes the two for different managers. The outcome is the same.
 */
async function createOwned({ cluster, dryRun }: ClusterContext, object: KubeObject): Promise<KubeObject> {
    const seen = await cluster.create(object, { fieldManager: MANAGER, dryRun: true });
    return dryRun ? seen : cluster.apply(object, { fieldManager: MANAGER });
}
