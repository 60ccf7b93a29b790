namespace Microsoft.Azure.Functions.Worker;

/// <summary>The worker could not do its part of an invocation.</summary>
public class FunctionWorkerException : Exception
{
    /// <summary>With a message.</summary>
    public FunctionWorkerException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public FunctionWorkerException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
