namespace Serverless.Cleanup;

/// <summary>The input of a step.</summary>
/// <param name="Now">When the cleanup began: ages are counted from there.</param>
internal sealed record CleanupTask(DateTimeOffset Now);

/// <summary>The outcome of a step.</summary>
/// <param name="Deleted">How much.</param>
/// <param name="HasMore">There is more than one call should do.</param>
internal sealed record CleanupCount(long Deleted, bool HasMore = false);
