namespace Serverless.Access;

/// <summary>A caller.</summary>
/// <param name="Name">The name of the key or of who signed in; <c>a key</c> where the key has no name, <c>local</c> without any.</param>
/// <param name="Role">What may be done.</param>
internal sealed record Caller(string Name, AccessRole Role);
