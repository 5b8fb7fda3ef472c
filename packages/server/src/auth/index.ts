export {
  type Access,
  accessOf,
  type FlowRights,
  flowNotFound,
  type Identity,
  requireRight,
  type Verb,
} from "./access.js";
export { type Authenticate, type AuthHook, type AuthKey, type AuthOptions, authentication } from "./authenticate.js";
