namespace Serverless.Tasks;

/// <summary>Thrown by a handler when a business rule forbids the run; its recovery, if it has one, decides what follows.</summary>
internal sealed class BusinessRuleException(string message, Exception? innerException = null) : Exception(message, innerException);
