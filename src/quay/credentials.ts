/** How a run signs in to Quay. */
export type Credentials =
  | { readonly kind: 'oauth'; readonly token: string }
  | { readonly kind: 'robot'; readonly username: string; readonly password: string }
  | { readonly kind: 'oidc'; readonly username: string; readonly audience: string }
  | { readonly kind: 'anonymous' };
