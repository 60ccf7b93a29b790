namespace Microsoft.Azure.Functions.Worker;

/// <summary>An input does not fit its parameter.</summary>
public class FunctionInputConverterException : FunctionWorkerException
{
    /// <summary>With a message.</summary>
    public FunctionInputConverterException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public FunctionInputConverterException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
