import { registeredKinds } from "../kinds/kind";
import { shippedKinds } from "../rehearsal/cluster/served-kinds";
import { definitionNames, packageNames, definitionsOf, findPackage } from "./olm/catalogue";
import { instanceTypeNames } from "./openshift/instances";
import { siteOf } from "./openshift/site";
import { didYouMean } from "../catalogue/nearest";

/** Something that goes wrong in a rehearsal. */
export type Fault =
    /** The operator's CSV ends Failed with reason InstallCheckFailed. */
    | { readonly type: "csv-failed"; readonly operator: string; readonly message?: string }
    /** OLM cannot resolve the Subscription: ConstraintsNotSatisfiable. */
    | { readonly type: "unresolvable"; readonly operator: string; readonly message?: string }
    /** A CustomResourceDefinition that never comes. */
    | { readonly type: "crd-missing"; readonly crd: string }
    /** An object whose controller never reports it ready. `name` is `*` for all of the kind. */
    | { readonly type: "not-ready"; readonly kind: string; readonly name: string; readonly reason?: string }
    /** AWS has no capacity in an availability zone. */
    | { readonly type: "no-capacity"; readonly zone: string }
    /** The vCPU quota of the account is used up for an instance type. */
    | { readonly type: "vcpu-limit"; readonly instanceType: string }
    /** An admission webhook denies the object. `name` is `*` for all of the kind. */
    | { readonly type: "refuse"; readonly kind: string; readonly name: string; readonly message?: string }
    /** Somebody else installed the operator before. */
    | { readonly type: "foreign"; readonly operator: string }
    /** Nobody has initialized a Vault that runs in the cluster. */
    | { readonly type: "uninitialized"; readonly name: string };

/** The forms that {@link faultFrom} reads. */
export const FAULT_FORMS: readonly string[] = [
    "csv-failed:<package>[=message]",
    "unresolvable:<package>[=message]",
    "crd-missing:<plural>.<group>",
    "not-ready:<Kind>/<name>[=reason]",
    "no-capacity:<zone>",
    "vcpu-limit:<instance type>",
    "refuse:<Kind>/<name>[=message]",
    "foreign:<package>",
    "uninitialized:vault",
];

/** Says which fault was meant but does not exist, and which is nearest. */
export class FaultError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "FaultError";
    }
}

/**
 * Reads a fault from its text, such as `csv-failed:rhods-operator` or `not-ready:Kuadrant/kuadrant=MissingDependency`.
 *
 * @param zones of the simulated cluster
 * @throws FaultError for what does not exist, with the nearest name that does
 */
export function faultFrom(text: string, zones: readonly string[]): Fault {
    const match = /^([^:]+):([^=]+)(?:=(.*))?$/s.exec(text.trim());
    if (!match) {
        throw new FaultError(`fault ${JSON.stringify(text)} cannot be read; expected one of ${FAULT_FORMS.join(", ")}`);
    }
    const [, type = "", subject = "", detail] = match;
    switch (type) {
        case "csv-failed":
        case "unresolvable":
            return {
                type,
                operator: known("operator", subject, packageNames()),
                ...(detail !== undefined && { message: detail }),
            };
        case "foreign":
            return { type, operator: known("operator", subject, packageNames()) };
        case "uninitialized":
            return { type, name: known("Vault", subject, ["vault"]) };
        case "crd-missing":
            return {
                type,
                crd: known("definition", subject, [
                    ...new Set([...definitionNames(), ...packageNames().flatMap((p) => definitionsOf(p).map((d) => d.name))]),
                ]),
            };
        case "no-capacity":
            return { type, zone: known("availability zone", subject, zones) };
        case "vcpu-limit":
            return { type, instanceType: known("instance type", subject, instanceTypeNames()) };
        case "not-ready":
        case "refuse": {
            const [kind = "", ...rest] = subject.split("/");
            const name = rest.join("/");
            if (name === "") {
                throw new FaultError(`fault ${JSON.stringify(text)}: expected ${type}:<Kind>/<name>`);
            }
            known("kind", kind, kindNames());
            return type === "refuse"
                ? { type, kind, name, ...(detail !== undefined && { message: detail }) }
                : { type, kind, name, ...(detail !== undefined && { reason: detail }) };
        }
        default: {
            const types = FAULT_FORMS.map((form) => form.split(":")[0]!);
            throw new FaultError(
                `fault ${JSON.stringify(text)}: there is no fault ${JSON.stringify(type)}${didYouMean(type, types)} Faults: ${FAULT_FORMS.join(", ")}`,
            );
        }
    }
}

/** The same in the zones of simulator/data/openshift-aws.json. @throws FaultError */
export function parseFault(text: string): Fault {
    return faultFrom(text, siteOf().zones);
}

function known(what: string, name: string, names: readonly string[]): string {
    if (!names.includes(name)) {
        throw new FaultError(`there is no ${what} ${JSON.stringify(name)} in the rehearsal${didYouMean(name, names)}`);
    }
    return name;
}

function kindNames(): string[] {
    const { kubernetes, openshift } = shippedKinds();
    const ofOperators = packageNames().flatMap((name) => findPackage(name)!.crds.map((crd) => crd.kind));
    return [
        ...new Set([
            ...[...kubernetes, ...openshift].map((kind) => kind.kind),
            ...ofOperators,
            ...[...registeredKinds().values()].map((kind) => kind.kind),
        ]),
    ];
}

/** The questions that controllers ask of the faults of a rehearsal. */
export class Faults {
    constructor(readonly all: readonly Fault[]) {}

    /** The fault of a type that concerns an operator, a definition or a zone. */
    of<T extends "csv-failed" | "unresolvable" | "foreign">(type: T, operator: string): Extract<Fault, { type: T }> | undefined {
        return this.all.find((fault) => fault.type === type && (fault as { operator: string }).operator === operator) as
            Extract<Fault, { type: T }> | undefined;
    }

    definitionMissing(crd: string): boolean {
        return this.all.some((fault) => fault.type === "crd-missing" && fault.crd === crd);
    }

    /** Whether nobody has initialized the server of a name. */
    uninitialized(name: string): boolean {
        return this.all.some((fault) => fault.type === "uninitialized" && fault.name === name);
    }

    noCapacity(zone: string): boolean {
        return this.all.some((fault) => fault.type === "no-capacity" && fault.zone === zone);
    }

    vcpuLimit(instanceType: string): boolean {
        return this.all.some((fault) => fault.type === "vcpu-limit" && fault.instanceType === instanceType);
    }

    /** The reason for which an object stays not ready; undefined when it does not. */
    notReady(kind: string, name: string): string | undefined {
        const fault = this.all.find((f) => f.type === "not-ready" && f.kind === kind && (f.name === name || f.name === "*")) as
            { reason?: string } | undefined;
        return fault && (fault.reason ?? "Rehearsed");
    }

    /** The message with which an object is denied; undefined when it is not. */
    refused(kind: string, name: string): string | undefined {
        const fault = this.all.find((f) => f.type === "refuse" && f.kind === kind && (f.name === name || f.name === "*")) as
            { message?: string } | undefined;
        return (
            fault &&
            `admission webhook "rehearsal.maas.example.com" denied the request: ${fault.message ?? `${kind} ${name} is refused in this rehearsal`}`
        );
    }
}
