namespace Serverless.Local.Runtime.Hosting;

/// <summary>A function as the start banner shows it.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Kind">What the Functions host calls its trigger, such as <c>httpTrigger</c>.</param>
/// <param name="Detail">What starts it: methods and URL, a schedule, a queue; empty where its name says all.</param>
public sealed record FunctionDescription(string Name, string Kind, string Detail);
