namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>Tells the processor to give a message back. What went wrong was logged by whoever ran the function.</summary>
internal sealed class FunctionFailedException(Exception cause) : Exception(cause.Message, cause);
