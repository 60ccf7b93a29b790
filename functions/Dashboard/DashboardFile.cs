namespace Serverless.Dashboard;

/// <summary>A static file of the page.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="ETag">The hash of its content.</param>
/// <param name="IsImmutable">Its name has the hash of its content, so that it may be kept for good.</param>
/// <param name="Content">The bytes by content coding; <c>identity</c> is always there.</param>
internal sealed record DashboardFile(string ContentType, string ETag, bool IsImmutable, IReadOnlyDictionary<string, byte[]> Content);
