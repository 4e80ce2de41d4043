/** Definitions of kinds. */
import type { z } from "zod";

import type { Release } from "../catalogue/releases";
import type { Gate } from "./readiness";

/** Definition of a kind of custom resource. */
export interface KindDefinition<Body extends z.ZodObject = z.ZodObject> {
    /** Group and version, as in the object: `operators.coreos.com/v1alpha1`. */
    readonly apiVersion: string;
    readonly kind: string;
    /** The name in URLs and in the name of the CRD: `subscriptions`. */
    readonly plural: string;
    readonly scope: "Namespaced" | "Cluster";
    /**
     * The OLM package that brings the CRD (a key of the operator catalogue).
     * Absent for kinds that OpenShift ships.
     */
    readonly operator?: string;
    /** The object without apiVersion, kind, metadata and status: usually `{ spec }`. Unknown fields are refused. */
    readonly body: Body;
    /**
     * The conditions under which an object of this kind is ready; all must hold. Absent: ready as soon as the API server has accepted it.
     * A function where they depend on the body; it sees the body as the program wrote it and must ask only for
     * what is plain there.
     */
    readonly ready?: readonly Gate[] | ((body: Readonly<Record<string, unknown>>) => readonly Gate[]);
    /** The time that readiness may take, in minutes. Default 10, the provider's own. */
    readonly readyWithinMinutes?: number;
    /** Whether products write objects of the kind with fields beside these: the schema is of what this program writes. */
    readonly alsoWrittenByOthers?: boolean;
    /** The release of OpenShift AI that first serves the kind. Absent: all that are supported do. */
    readonly since?: Release;
    /**
     * Operators write objects of this kind as well, with fields that this program has no use for: a cluster that has no
     * other definition than this one takes any object of it.
     */
    readonly alsoByOperators?: boolean;
    /** The names that the product accepts, where it hard-wires them. */
    readonly names?: readonly string[];
    /** The page of the facts, or the upstream document, that the schema and readiness are taken from. */
    readonly source: string;
}
