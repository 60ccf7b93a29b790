namespace Serverless.Csv.Checks;

/// <summary>A check cannot be read, or says nothing about the columns that there are.</summary>
internal sealed class CheckException(string message) : Exception(message);
