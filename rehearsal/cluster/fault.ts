/** One way in which an object is not valid. */
export interface Fault {
    readonly kind: "unknown" | "required" | "invalid" | "unsupported" | "tooLong" | "forbidden";
    /** `spec.listeners[0].port` */
    readonly path: string;
    readonly value?: unknown;
    readonly detail: string;
}
