namespace Serverless.Access;

/// <summary>Something that was done.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who did it.</param>
/// <param name="Action">The function that was asked.</param>
/// <param name="Target">The ids and names of its address; null where it has none.</param>
/// <param name="Status">The status of the answer: from 400 on it was refused.</param>
internal sealed record ActionEntry(DateTimeOffset At, string By, string Action, string? Target, int Status);

/// <summary>A page of actions.</summary>
/// <param name="Actions">Newest first.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record ActionPage(IReadOnlyList<ActionEntry> Actions, string? Next);
