import { KubeError } from "./kube";

/** Attempts to write an object before the conflict is reported. */
const ATTEMPTS = 6;

/**
 * Repeats a read and a write of an object while others write it in between: the API server refuses such a write with 409.
 *
 * @param write reads the object, and writes it with the resourceVersion that it has read
 */
export async function retryOnConflict(write: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
        try {
            return await write();
        } catch (error) {
            if (!(error instanceof KubeError && error.code === 409) || attempt === ATTEMPTS) {
                throw error;
            }
        }
    }
}
