/** What a gateway takes part by: it is asked for nothing, because Crossfade decides each of its requests. */
export const gatewayClient = 'gateway';
