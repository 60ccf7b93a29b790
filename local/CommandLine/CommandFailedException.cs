namespace Serverless.Local.CommandLine;

/// <summary>The command did what it could and failed; the message is for the user.</summary>
internal sealed class CommandFailedException(string message, Exception? inner = null) : Exception(message, inner);
