namespace Serverless.Workflows.Run;

/// <summary>
/// A handler failed with what the same arguments will meet again. An orchestrator sees an exception's type only, not the class that the app
/// gave it: this type carries the one fact of it that decides, and the handler's exception.
/// </summary>
internal sealed class FinalFailureException(Exception exception) : Exception(exception.Message, exception);
